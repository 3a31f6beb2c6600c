# Lab 5.1 in GDB: a partition brings the hypervisor down with one hypercall.
## 1. What was the last thing that a partition asked for? We let hypercalls be printed, and go on until the
## hypervisor traps by itself.
tbreak sched_start
continue
tbreak trap_dispatch
bh hypercalls on
continue
bh frame
## 2. The address is just below 4 GiB, and the code that read it is ours. So the check said yes to it.
backtrace 6
## 3. Which numbers did it see? 32 bytes from 0xfffffff0. Their sum is 16, and 16 is below 3 GiB. The loop over
## pages then had nothing to do.
p/x 0xfffffff0U + 32U
p 0xfffffff0U + 32U > 0xc0000000U
