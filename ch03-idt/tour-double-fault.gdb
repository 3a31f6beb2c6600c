# Chapter 3's double fault in GDB: why it has a stack of its own. `make tour` runs it after
# tour.gdb.
# args: fault=df
## 1. The double fault: what does it take to get one? An exception that cannot be delivered. The
## demonstration points ESP to where nothing is mapped, and pushes.
tbreak raise_df
continue
bh idt 8
bh tss
bh until push
#? $next("^push")
stepi
#? $esp > (unsigned)&double_fault_stack
## 2. Where are we? The push faulted, and the CPU could not push the page fault's frame either.
## Behind vector 8 stands a task gate: the CPU stored all registers in one TSS and loaded them from
## another.
bh where
bh tss
#? $answers("bh where", "the hypervisor at CPL 0")
#? $answers("bh tss", "^TSS 0x30 ")
## 3. What is left of the state before? It is in the TSS that the back link selects: the bad ESP,
## and the instruction that used it. CR2 has the address of the page fault that could not be
## delivered.
p/x double_fault_tss.back_link
p/x own_tss.esp
p/x own_tss.eip
info symbol own_tss.eip
bh cr
#? double_fault_tss.back_link == 0x28
#? $answers("bh pagewalk own_tss.esp-4", "nobody gets through")
## 4. So the report has a stack to print from. Without the task gate the CPU would have tried to
## push once more, failed, and reset: a triple fault.
info registers esp
p &double_fault_stack
#? $esp > (unsigned)&double_fault_stack && $esp <= (unsigned)&double_fault_stack + sizeof(double_fault_stack)
