# Chapter 3 in GDB: what the CPU does by itself at an interrupt, and what the program adds.
# `make tour` runs it. Lines that begin with ## are what the guide says.
## 1. Where does the CPU look when something happens? In the IDT. Three kinds of gate are there:
## trap gates for most exceptions, an interrupt gate for the page fault and for the devices, and a
## task gate for the double fault. DPL 3 marks what an `int` instruction at CPL 3 may use.
tbreak pic_init
continue
bh idt 3
bh idt 8
bh idt 14
bh idt 32
#? $at("pic_init")
#? $answers("bh idt 3", "trap gate +DPL 3")
#? $answers("bh idt 8", "task gate")
#? $answers("bh idt 14", "interrupt gate")
#? $answers("bh idt 32", "interrupt gate")
## 2. Why are the 8259s programmed anew? The firmware left their lines at vectors 8 to 15, where
## the CPU's own exceptions are. Afterwards they arrive at 32 to 47, all of them masked.
bh pic
#? $answers("bh pic", "IRQ 0 to 7 arrive at vectors 0x08")
finish
bh pic
#? $answers("bh pic", "IRQ 0 to 7 arrive at vectors 0x20")
#? $answers("bh pic", "masked +[(]0xff[)]")
## 3. Who clears IF? One handler stands behind two gates. At the first instruction behind the
## interrupt gate IF is off already, though it was on before: the CPU did it while it took the
## gate.
bh idt 0x50
tbreak *entry_stubs[0x50]
continue
p/x $eflags & 0x200
x/3xw $esp
#? $eip == entry_stubs[0x50] && ($eflags & 0x200) == 0
#? (((unsigned *)$esp)[2] & 0x200) != 0
## Behind the trap gate nobody cleared it, and the next interrupt may come at once.
bh idt 0x51
tbreak *entry_stubs[0x51]
continue
p/x $eflags & 0x200
#? $eip == entry_stubs[0x51] && ($eflags & 0x200) != 0
## 4. And it does come: here is the timer's handler, inside the handler of the trap gate. The
## backtrace goes through both trap frames. The 8259 has IRQ 0 in service until it is told the end.
tbreak pic_end
continue
backtrace
bh pic
#? $at("pic_end")
#? $answers("bh pic", "in service [(]0x01[)]")
#? $answers("backtrace", "gate_handler")
finish
bh pic
#? $answers("bh pic", "in service [(]0x00[)]")
#? !$answers("bh pic", "in service [(]0x01[)]")
## 5. What does the CPU push? We stop before the int3 of the demonstration.
tbreak demo_breakpoint
continue
x/2i $pc
info registers esp eflags
#? $eip == (unsigned)&demo_breakpoint && $next("^int3")
## One step: the CPU goes through the gate. Three words are new on the stack: EIP, which points
## behind the int3, CS and EFLAGS. The privilege level did not change, so no stack was switched.
stepi
info registers eip esp
x/3xw $esp
#? $eip == entry_stubs[3] && *(unsigned *)$esp == (unsigned)&demo_breakpoint + 1
## 6. What does the stub add? The CPU pushes an error code for some vectors only, so the stub
## pushes a 0 in its place, and then the vector. trap_entry saves the rest. Then there is a trap
## frame.
x/3i $pc
tbreak trap_dispatch
continue
bh frame
#? $at("trap_dispatch")
#? $answers("bh frame", "vector 3 ")
## 7. How does it get back? trap_return pops all of it, and iret takes the CPU's three words. The
## condition keeps us from stopping in a timer interrupt that nests.
set $address = frame
tbreak trap_return if $esp == $address
continue
bh until iret
x/3xw $esp
#? $next("^iret")
#? *(unsigned *)$esp == (unsigned)&demo_breakpoint + 1
stepi
x/1i $pc
info registers esp eflags
#? $eip == (unsigned)&demo_breakpoint + 1
## 8. What is a spurious interrupt? One that arrives as IRQ 7 or 15 without being in service. The
## program asks the 8259, and does not answer with an end of interrupt.
tbreak pic_end_spurious
continue
bh frame
bh pic
#? $at("pic_end_spurious")
#? $answers("bh frame", "vector (39|47) ")
#? $answers("bh pic", "in service [(]0x00[)]")
