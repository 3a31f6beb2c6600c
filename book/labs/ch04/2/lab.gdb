# Lab 4.2 in GDB: the first trap out of a partition ends in a double fault.
## 1. hello runs and prints, so the way down is right. It is the way up that breaks. Where will the CPU
## push? GDB knows frames, and does not recognise this one.
tbreak entry_return
continue
bh tss
p/x &boot_cpu.current->entry.frame
p/x &boot_cpu.current->entry.frame + 1
## 2. esp0 is the frame's beginning; it should be its end. The pushes go down from there, into the
## slack. We go to the instruction that takes the CPU's stack out of the vCPU.
tbreak trap_entry
continue
bh until movl.*0x4c.*esp
info registers esp
## 3. It reads 76 bytes behind ESP. What is there is the first word of the frame as partition_start() left it:
## the selector for GS, 0x23. That is no stack.
x/1xw $esp+76
p/x boot_cpu.current->entry.stack
stepi
info registers esp
## 4. With ESP at 0x23 the next push is a page fault, and the page fault cannot be pushed either: a
## double fault. Its task gate brings a stack of its own, or we would have seen a reset.
x/1i $pc
tbreak double_fault
continue
bh tss
