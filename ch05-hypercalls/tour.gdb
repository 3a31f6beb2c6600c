# Chapter 5 in GDB: a hypercall from end to end, and a partition that handles its own page fault.
# `make tour` runs it. Lines that begin with ## are what the guide says.
## 1. Which door is open to a partition? One gate of the IDT: its DPL of 3 lets `int $0x82`
## through. The gates around it have DPL 0, and the same instruction with their number is a #GP.
tbreak sched_start
continue
bh idt 0x82
bh idt 0x81
bh hypercalls
#? $answers("bh idt 0x82", "DPL 3")
#? $answers("bh idt 0x81", "DPL 0")
## 2. A hypercall's way in. We wait for hello to print its first line, and step to the int. EAX
## holds the number, EBX and ECX are the arguments: where the text is, and how long.
bh switch-to hello
bh break bh_console_write
continue
bh where
bh until int
info registers eax ebx ecx
x/s $ebx
#? $next("^int ")
#? $eax == 1
#? $answers("bh where", "partition hello at CPL 3")
## The same values are in the frame when C begins.
delete
tbreak hypercall_dispatch
continue
bh frame
#? $at("hypercall_dispatch")
#? $answers("bh frame", "vector 130 ")
## 3. Why is the text copied? The pointer is the partition's, and it could be anything. Each page
## is looked up in the partition's own page table first.
tbreak guest_copy_in
continue
backtrace 4
p/x (unsigned)from
#? $at("guest_copy_in")
#? (unsigned)from < 0xc0000000
finish
#? !$at("guest_copy_in")
## 4. How does the result get back? It is written into the frame's EAX, and iret does the rest.
tbreak return_to_frame
continue
bh frame
bh until iret
#? $next("^iret")
stepi
bh where
p $eax
#? $answers("bh where", "partition hello at CPL 3")
## 5. Everybody's hypercalls as they happen, with names from api/bulkhead.h. We go on until pager
## touches a page that it has not got.
bh hypercalls on
tbreak vtrap_deliver if address >= 0x500000 && address < 0xc0000000
continue
bh hypercalls off
bh frame
#? $at("vtrap_deliver")
#? $answers("bh frame", "vector 14 ")
## 6. How does the page fault reach pager's own handler? The hypervisor pushes what happened onto
## pager's stack, and changes two words of the frame: ESP and EIP. Then it returns, to the handler.
finish
bh frame
bh switch-to pager
x/6xw boot_cpu.current->entry.frame.esp
p/x boot_cpu.current->trap_handlers[14]
#? boot_cpu.current->entry.frame.eip == (unsigned)boot_cpu.current->trap_handlers[14]
#? *(unsigned *)boot_cpu.current->entry.frame.esp == 14
## 7. In the handler: a partition's own code, at CPL 3, maps one of its pages where it was missing.
bh break page_fault
continue
p/x trap->cause
bh pagewalk 0x10000000
#? $at("page_fault")
#? $answers("bh pagewalk 0x10000000", "nobody gets through")
tbreak memory_map
continue
finish
bh pagewalk 0x10000000
#? $answers("bh pagewalk 0x10000000", "CPL 3: read, write")
## 8. How does the handler return? With a hypercall that takes back what was pushed. Flags are not
## taken as they come: a partition must not give itself IOPL or turn off interrupts.
tbreak vtrap_return
continue
finish
bh frame pager
#? $answers("bh frame pager", "returns to 001b:")
## 9. The write that faulted runs again, and does not fault. What does it look like when somebody
## passes nonsense? prober's pointers lead to the hypervisor, wrap around, or lead nowhere.
bh switch-to prober
bh break main
continue
delete
bh hypercalls on
tbreak memory_map
continue
bh hypercalls off
#? $at("memory_map")
#? $answers("bh where", "in prober's address space")
## 10. And how did it end for everybody?
tbreak power_off
continue
bh partitions
#? $at("power_off")
#? $answers("bh partitions", "pager +finished")
