# Lab 6.2 in GDB: from the second major frame on everything is late.
## 1. The report says 272 ns at least and 10 ms at most. So some starts were right: which? We stop when the last slot
## of the first frame is over.
tbreak next_slot if boot_cpu.slot + 1 == boot_cpu.plan_end
continue
bh plan
set $before = boot_cpu.frame_start
p boot_cpu.slot_end - boot_cpu.frame_start
## 2. One step further: the first slot of the second frame has begun. When does it end?
tbreak enter_slot
continue
p boot_cpu.frame_start - $before
p boot_cpu.frames
tbreak arm_timer
continue
bh plan
## 3. It was over before it began. The frame was counted, and its start was not moved on. So is the next slot, and
## the next: each is entered, found to be over, and left.
p boot_cpu.slot_end - $before
