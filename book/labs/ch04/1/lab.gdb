# Lab 4.1 in GDB: a partition may not fetch its own first instruction.
## 1. Where does it stop? hello has run no instruction of its own: EIP is its entry point, and the
## address that faulted is the same.
tbreak partition_fault
continue
bh frame
## 2. The page is there, and it is hello's. Who says no? The walk has two levels, and the CPU wants U/S
## in both.
bh pagewalk 0x400070
## 3. Which line wrote the entry of the upper level? The table below it is right, so it is not
## addrspace_map() but entry_to_write().
p/x boot_cpu.current->partition->space.directory->entry[1] & 7
p/x boot_cpu.current->partition->space.pool[0].entry[0] & 7
info line entry_to_write
