# Chapter 4 in GDB: what keeps a partition in, and how the CPU gets in and out of one.
# `make tour` runs it. Lines that begin with ## are what the guide says.
## 1. Who is there? Three partitions are made, and none has run. All are linked at 0x00400000.
tbreak sched_start
continue
bh partitions
#? $at("sched_start")
#? $answers("bh partitions", "hostile +ready")
## 2. Why do they not meet? The same address leads to different memory, since each has a directory
## of its own. What the hypervisor owns is in every directory, and is supervisor memory.
bh pagewalk 0x401000 hello
bh pagewalk 0x401000 worker
bh map hello
#? $answers("bh map hello", "c0000000 to .* supervisor only")
## 3. How does the hypervisor get to CPL 3, when no instruction raises the CPL number? It returns
## to where it never was: iret takes five words, because the CS among them has CPL 3.
tbreak entry_return
continue
bh until iret
x/5xw $esp
#? $next("^iret")
#? (((unsigned *)$esp)[1] & 3) == 3
stepi
bh where
#? $answers("bh where", "partition hello at CPL 3")
## 4. And the way back? hello leaves with int3. Its TSS says where the CPU finds a stack: esp0
## points just behind the frame in hello's own vCPU.
bh tss
#? $answers("bh tss", "just behind the frame of partition hello")
bh switch-to hello
bh break main
continue
finish
x/1i $pc
#? $next("^int3")
info registers esp
stepi
info registers esp
## Five words were pushed, and not three: SS and ESP first, since the stack changed. ESP is 20
## bytes below esp0.
x/5xw $esp
#? ((unsigned *)$esp)[1] == 0x1b && ((unsigned *)$esp)[4] == 0x23
## 5. The stub fills the rest of the frame, then takes the CPU's own stack, and calls C.
tbreak guest_trap
continue
bh frame
info registers esp
backtrace
#? $at("guest_trap")
#? $answers("bh frame", "vector 3 ")
## 6. How does the next partition come to run? sched_resume() loads its directory into CR3. Code
## and stack stay where they are: they are in the part that all directories share.
delete
tbreak sched_resume
continue
bh until ,.*cr3
#? $next(",.*%cr3")
#? $answers("bh where", "in hello's address space")
bh pagewalk 0x401000
stepi
bh pagewalk 0x401000
#? $answers("bh where", "in worker's address space")
## 7. A breakpoint in one partition only. All have a main() at nearly the same address, and worker
## is about to run. We wait for hostile: the breakpoint looks at CR3.
bh switch-to hostile
bh break main
info breakpoints
continue
bh where
bh partitions
#? $at("main")
#? $answers("bh where", "partition hostile at CPL 3")
## 8. What stops hostile? It writes to the hypervisor. The page is there, but supervisor memory:
## the error code says protection, write, from CPL 3.
delete
tbreak partition_fault
continue
bh frame
bh pagewalk 0xc0100000
#? $at("partition_fault")
#? $answers("bh frame", "error code 0x7")
#? $answers("bh pagewalk 0xc0100000", "CPL 3: nothing")
## 9. And when it tries a port? The bitmap in its TSS allows none; hello's allowed eight.
tbreak partition_fault if p->vcpu.entry.frame.vector == 13
continue
bh frame
bh tss
x/1i p->vcpu.entry.frame.eip
#? $answers("bh frame", "vector 13 ")
#? $answers("bh tss", "allowed ports: none")
#? $answers("x/1i p->vcpu.entry.frame.eip", "out ")
## 10. How did it end for everybody?
tbreak power_off
continue
bh partitions
#? $at("power_off")
#? $answers("bh partitions", "hostile +stopped")
