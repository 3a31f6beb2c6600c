# Lab 5.2 in GDB: a partition without ports prints a `!`.
## 1. hostile's sixth start forges a return from a trap. We wait for the return hypercall whose stack holds the
## wildest flags.
tbreak sched_start
continue
tbreak vtrap_return if *(unsigned*)(v->entry.frame.esp + 20) == 0xfffffeff && v->partition->id == 3
continue
x/7xw v->entry.frame.esp
## 2. The words are: EAX, vector, error code, address, EIP, EFLAGS, ESP. All bits of EFLAGS but TF are set. What
## did the hypervisor make of them?
finish
bh frame hostile
## 3. IF is set, as it must be; VM and NT are clear. But IOPL is 3. With CPL 3 and IOPL 3 the bitmap is not
## even looked at, and cli works as well.
p/x boot_cpu.current->entry.frame.eflags & 0x3000
info line vtrap_return
