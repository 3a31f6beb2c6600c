# `make debug`: runs to the hypervisor's first instruction, and says what to type.
tbreak _start
continue
echo \nStopped at the hypervisor's first instruction. Type `help bh` for this chapter's commands,\n
echo `bh multiboot` for what the loader handed over, `break kmain` and `continue` to go on.\n
