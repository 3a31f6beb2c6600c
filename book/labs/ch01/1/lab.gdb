# Chapter 1, lab 1 in GDB. Run it in the tree with the fault: scripts/gdb lab.gdb
## 1. Nothing was printed, so it happened before kmain. We go to the last instruction that we know
## to be good: the one that turns paging on has not run yet.
tbreak paging_turns_on
continue
x/2i $pc
## 2. Paging is off, so EIP is a physical address. What will it be a moment later? CR3 points to
## the directory that is going to count. Its first entry is for addresses from 0 to 4 MiB.
info registers eip cr3
x/1xw (unsigned)$cr3
x/1xw (unsigned)$cr3 + 768 * 4
## 3. Entry 768 is there, and entry 0 is not. One step, and EIP is translated.
stepi
bh cr
bh pagewalk $eip
## 4. The next fetch is a page fault. There is no IDT of ours, so its handler cannot be found, and
## neither can the double fault's: the machine resets.
