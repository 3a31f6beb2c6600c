# Lab 6.1 in GDB: the second slot does not end.
# live
## 1. Nothing comes, not even `Keeping plan main.` That text waits for a time when nobody needs the CPU, and there is
## none. We go to the end of the first slot, and on to the return to the next partition.
tbreak sched_start
continue
tbreak next_slot
continue
tbreak return_to_frame
continue
p boot_cpu.slot->vcpu->partition->config->name
## 2. spinner runs next, and gives nothing up. What is going to end its slot? Only IRQ 0, and its deadline is in
## core/timer.c.
p boot_cpu.slot_end - boot_cpu.slot_start
p/x 'core/timer.c'::due
bh pit
## 3. The slot has an end, and the deadline is TIMER_NEVER: nobody armed the timer for it. The PIT's output is high,
## its one shot is spent. Where does such a deadline come from? From a partition that has set no timer.
p/x boot_cpu.slot->vcpu->timer_tsc
info line arm_timer
