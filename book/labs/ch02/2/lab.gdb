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
## 3. Not 1193, which is 0x04a9, but 0xa904. The bytes changed places: mode byte 0xb0 announces
## the low one first.
p/x 1193
p 0xa904
## 4. With the right bytes, this machine has 1000 MHz. What becomes of it? The long count, 29825, is
## 0x7481 and turns into 0x8174, which is less than the short one.
tbreak demo_clock
continue
p calibration
## 5. Minus 10128 clocks would be right for that difference. Ticks of 24 short counts, waited for in
## vain, divided by 28632 clocks that nobody counted: a number, and no error.
p 0x8174 - 0xa904
