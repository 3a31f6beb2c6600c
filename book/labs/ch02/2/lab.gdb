# Chapter 2, lab 2 in GDB.
# live
## 1. Everything runs, and the numbers are nonsense: see the end. A measurement divides ticks by clocks. Are the
## clocks right? We stop where the first count has been written.
tbreak pit_measure
continue
p count
bh until rdtsc
## 2. The program asked for 1193 clocks. What does the chip count down from?
bh pit
## 3. Not from 1193, which is 0x04a9, but from 4: from its high byte alone. The mode byte says why. Bits 5 and 4
## are 01, for the low byte only, so each of the two writes was a count of its own.
p/x 1193
p/t 0x90
p/t 0xb0
## 4. With the right mode byte, this machine has 1000 MHz. What becomes of it?
tbreak demo_clock
continue
p calibration
## 5. The long count, 29825, is 0x7481, and the chip counted 0x74. So 112 clocks went by, and the program divided
## by 28632. The wrong number is in proportion: a number, and no error.
p 0x74 - 4
p 1000000000.0 * (0x74 - 4) / 28632
