# Chapter 2, lab 1 in GDB.
## 1. The message says that the PIT does not count. Is that true? We stop where it is given up, and
## look at the chip.
tbreak panic
continue
bh pit
## 2. It does count, and its gate is open. But look at the mode. Ours was to be mode 0, and `bh pit`
## says mode 3: the square wave that makes a tone. Its output begins high. Whoever waits for the output
## to rise has nothing to wait for, and pit_measure() takes an output that is high at the start for a
## chip that is not there.
##
## 3. Which byte was it? 0xb6 is 10 11 011 0: channel 2, low and high byte, mode 3, binary. Mode 0 is
## 10 11 000 0.
p/t 0xb6
p/t 0xb0
