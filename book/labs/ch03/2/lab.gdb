# Chapter 3, lab 2 in GDB.
## 1. The report says double fault. A real one comes from an exception that could not be delivered,
## most often because of the stack. Look at the interrupted task: is anything wrong with it?
tbreak double_fault
continue
p/x own_tss.esp
p/x own_tss.eip
info symbol own_tss.eip
p/x $cr2
## 2. ESP lies on our stack, and no page fault ever happened. EIP is where the handler behind the interrupt gate
## returned to: the first moment with IF set since the timer fired. A double fault pushes an error code of 0. Is there one on the new stack?
p/x $esp
p/x double_fault_stack + sizeof double_fault_stack
## 3. The stack is empty: the processor pushed nothing. This was no exception. It was an interrupt that
## came at vector 8. Who sends one there?
bh pic
bh idt 8
## 4. The first 8259 does. Its line 0 is the timer, and 8 + 0 is the double fault's vector.
