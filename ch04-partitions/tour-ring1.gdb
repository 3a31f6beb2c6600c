# Chapter 4's experiment in GDB: a partition at CPL 1, behind a segment limit. `make tour` runs it
# after tour.gdb.
# args: ring1
## 1. Ring 1: how did the peers keep their guests in? With segments that end below the hypervisor.
## Two descriptors with DPL 1 and a limit of 3 GiB were added to the GDT.
tbreak sched_start
continue
bh gdt
#? $answers("bh gdt", "limit bfffffff DPL 1 +code")
## 2. What do the page tables say to CPL 1? For paging it is supervisor, so they would let it
## through.
bh switch-to hostile
bh break main
continue
bh where
p/x $cs & 3
p/x target
bh pagewalk target
#? $answers("bh where", "partition hostile at CPL 1")
#? $answers("bh pagewalk target", "CPL 0: read, write")
## 3. The limit stands in the way of this write. Does it hold? Not here: QEMU's TCG checks no
## segment limit on memory accesses. A CPU does, and so does Bochs: run `make bochs-tour` and
## compare.
p/x canary
#? canary == 0xc0ffee0
tbreak power_off
continue
p/x canary
#? $at("power_off")
#? canary != 0xc0ffee0
