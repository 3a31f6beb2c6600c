# Chapter 6 in GDB: a plan that nobody can break, and what lies in a vCPU when its slot is over.
# `make tour` runs it. Lines that begin with ## are what the guide says.
## 1. Who runs when? The plan's times were turned into ticks of the TSC before it runs, and the gap
## at its end became a slot of nobody's. The first slot has begun.
tbreak entry_return
continue
bh plan
bh partitions
#? $at("entry_return")
#? $answers("bh plan", "-> +0 us .*control")
## 2. What ends a slot? One interrupt of the PIT, programmed for the next thing that is due: mode
## 0, one shot. bh pit shows how much of its count is left.
bh pit
bh pic
#? $answers("bh pit", "channel 0 .*mode 0")
## 3. spinner never gives anything up. Here it is, at the beginning of its slot.
bh switch-to spinner
bh break main
continue
bh plan
delete
#? $answers("bh where", "partition spinner at CPL 3")
#? $answers("bh plan", "-> +2000 us .*spinner")
## 4. The slot's end comes in the middle of its code. The frame in its vCPU has all that the CPU
## had: nothing was asked of spinner, and nothing will be lost.
tbreak next_slot
continue
bh frame
bh where
backtrace
bh plan
#? $answers("bh frame", "vector 32 ")
#? $answers("bh plan", "-> +2000 us .*spinner")
## 5. What else has to be exchanged? The FPU's registers, CR3 and the TSS. Then the hypervisor
## returns to another frame. There is no other stack to switch to. We look before the exchange, and
## again where the return begins.
tbreak switch_to
continue
p next->partition->config->name
tbreak return_to_frame
continue
bh tss
bh map
#? $at("return_to_frame")
#? $answers("bh tss", "behind the frame of partition control")
## 6. How late did the slot start? The TSC is read at the end of the way in, and the worst is kept.
## This run is recorded and replayed, so our stops have cost it nothing.
tbreak plan_note_start
continue
p error
bh plan
#? $at("plan_note_start") && error < 100000
## 7. A virtual interrupt. control armed a virtual timer: what does its control page say?
delete
bh switch-to control
tbreak vtrap_enter if vector == 32
continue
bh virq control
p/x v->entry.frame.eip
p/x handler
#? $at("vtrap_enter")
#? $answers("bh virq control", "pending .*timer")
#? (unsigned)handler != v->entry.frame.eip
## 8. It is delivered in the middle of control's code: the frame is bent towards the handler, and
## what was interrupted is on control's own stack.
finish
bh frame control
x/6xw boot_cpu.current->entry.frame.esp
#? $answers("bh frame control", "returns to 001b:")
#? *(unsigned *)boot_cpu.current->entry.frame.esp == 32
## 9. What does the handler see? Virtual interrupts are held off until it returns.
bh break timer
continue
bh where
bh virq control
#? $at("timer")
#? $answers("bh virq control", "held off")
## 10. Twenty major frames later: the plan against what was measured.
delete
tbreak plan_print
continue
bh plan
bh partitions
#? $at("plan_print")
#? $answers("bh plan", " 20 frames over")
