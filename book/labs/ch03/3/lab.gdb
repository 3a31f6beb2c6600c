# Chapter 3, lab 3 in GDB.
## 1. The report points to trap_return. Which instruction is it? We stop at the first return.
tbreak trap_return
continue
bh until iret
## 2. An iret within CPL 0 pops EIP, CS and EFLAGS, in this order. What lies there?
x/4xw $esp
## 3. The first word is 0: the error code that the stub pushed. The second is an address of ours, and
## iret is going to load it into CS as a selector. The three words that it should get begin one
## higher. So the way out pops one word less than the way in pushed. How many did the stub push?
x/3i entry_stubs[0x50]
x/8i trap_return
## 4. Two words by the stub, 8 bytes, and one of them taken away.
