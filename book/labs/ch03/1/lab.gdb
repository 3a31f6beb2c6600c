# Chapter 3, lab 1 in GDB.
## 1. Does the timer come at all? We wait for its handler.
tbreak tick
continue
## 2. It does. IRQ 0 is in service now, and while it is, the 8259 lets nothing of the same or of a
## lower priority through. Who ends that? A finished handler should have.
bh pic
finish
bh pic
## 3. We are on the way back to the interrupted code, and IRQ 0 is in service still. Does that change
## until the iret?
tbreak trap_return
continue
bh until iret
stepi
bh pic
## 4. The interrupted code runs on, and for the 8259 its interrupt never ended. The next tick is
## requested, and waits behind it.
