# Chapter 1, lab 2 in GDB. Run it in the tree with the fault: scripts/gdb lab.gdb
## 1. One line was printed, so kmain ran, and even called functions. Who stopped it? We go from one
## step of the start-up to the next. The last that is reached is paging_trim().
tbreak paging_trim
continue
## 2. It changes the page directory and nothing else. A function that breaks the machine without a
## wrong line in it was given something broken. What does a function always get? A stack.
info registers esp
p/x &boot_stack
p/x &boot_stack_top
## 3. A stack grows down from boot_stack_top. This one begins at boot_stack and has left it. What
## is it that lies below?
info symbol $esp
p/x &kernel_page_directory
## 4. These words are return addresses and saved registers, and at the same time the directory's
## last entries. paging_trim() clears the entries behind the end of RAM, and its own way back.
x/4xw $esp
p/x ((unsigned)$esp - (unsigned)&kernel_page_directory) / 4
## 5. We wait for that moment. Entry 1013 is the word at ESP, the way back into kmain().
watch kernel_page_directory.entry[1013]
continue
