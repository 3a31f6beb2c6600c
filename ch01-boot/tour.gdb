# Chapter 1 in GDB: from the reset vector to a hypervisor that runs at 3 GiB. `make tour` runs it.
# Lines that begin with ## are what the guide says; the others are commands that you can type.
## 1. Where does the machine begin? No instruction has run yet. The CPU comes out of reset in real
## mode at F000:FFF0, but CS.base is 0xffff0000 and not 0xf0000: the first fetch goes 16 bytes
## below 4 GiB, where the firmware's ROM is. It holds one far jump.
info registers cs eip
bh code 1
#? $cs == 0xf000 && $eip == 0xfff0
#? $answers("bh code 1", "ljmpw? .*0xf000")
## 2. Who turns protected mode on? The firmware, long before us: it needs addresses above 1 MiB
## too. The bit is CR0.PE. The instruction behind it is still 16-bit code, since CS keeps what it
## was loaded with. Only the far jump, with a selector instead of a segment, makes it 32-bit code.
bh until %cr0$
#? $next("%cr0$")
bh code 2
bh until ljmp
#? $answers("bh code 1", "^16-bit code")
#? ((unsigned)$cr0 & 1) == 1
stepi
bh code 2
#? $answers("bh code 1", "^32-bit code")
## 3. What does the loader hand over? We go on to _start. EAX holds the magic number of Multiboot
## 1, EBX the physical address of what the loader knows. Paging is off, and so are interrupts.
tbreak _start
continue
info registers eax ebx esp
bh multiboot
bh cr
#? $at("_start") && $eax == 0x2badb002
#? (unsigned)$cr0 >> 31 == 0
## 4. Which instruction turns paging on? A page directory was filled in by the assembler: entry 0
## and entry 768 lead to the same 4 MiB of memory. CR3 points to it, and CR4.PSE allows large
## pages. Nothing of that counts before the next instruction.
tbreak paging_turns_on
continue
x/3i $pc
info registers cr0 cr3 cr4
x/1xw (unsigned)$cr3
x/1xw (unsigned)$cr3 + 768 * 4
#? $at("paging_turns_on") && $next("%cr0$")
#? *(unsigned *)(unsigned)$cr3 >> 12 == ((unsigned *)(unsigned)$cr3)[768] >> 12
## 5. Why does the next instruction still run? EIP is still a low address, and now it is
## translated. The identity map sends it to the physical address of the same number.
stepi
info registers eip cr0
bh pagewalk $eip
#? $eip < 0x400000 && (unsigned)$cr0 >> 31 == 1
#? $answers("bh pagewalk $eip", "entry 0 = .*4 MiB")
## 6. How do we get to the upper half? With an absolute jump: the same memory, seen at 3 GiB more.
bh pagewalk higher_half
stepi 2
x/2i $pc
bh where
#? $eip == (unsigned)&higher_half && $eip > 0xc0000000
## 7. The first C function. Its two arguments are what was in EAX and EBX. GDTR still points to the
## loader's table, in memory that we may want to use for something else.
tbreak kmain
continue
bh gdt
#? $at("kmain")
#? $answers("bh gdt", "not ours")
## 8. Now our own table is loaded. Which segment registers use it? CS too: gdt_init() jumps far.
tbreak gdt_init
continue
finish
bh gdt
#? $answers("bh gdt", "[(]gdt[)]")
#? $answers("bh gdt", "DPL 0 +code.*<- CS")
## 9. What is mapped? Still both halves, and 1008 MiB of physical memory whether there or not.
tbreak paging_trim
continue
bh map
#? $at("paging_trim")
#? $answers("bh map", "^ +00000000 to 003fffff")
## 10. What is left when paging_trim() is done? The memory that exists, once. From here on a null
## pointer is a page fault and not a silent read of address 0.
finish
bh map
bh pagewalk 0
#? !$answers("bh map", "^ +00000000 to")
#? $answers("bh pagewalk 0", "nobody gets through")
## 11. And if an exception came? No table of ours says what to do then. That is chapter 3.
bh idt
#? $answers("bh idt", "triple fault")
## 12. The end: who turns the machine off, and what was printed on the way?
tbreak power_off
continue
backtrace
#? $at("power_off")
