/* hw: the way in and out. One stub for each of 256 vectors, all made by one loop, and one path that
 * saves the machine's state, calls C and restores it. Next on the tour: core/trap.c. */
#include "hw/gdt.h"
#include "hw/trap.h"

/* One stub a vector.
 * In:  as the CPU leaves it: EFLAGS, CS, EIP on the stack, and for some vectors an error code.
 * Out: at trap_entry, with error code and vector on the stack for every vector alike. */
    .text
entry_code:                             /* for debuggers: the stubs have no names of their own */
    .set vector, 0
    .rept 256
    .pushsection .rodata
    .if vector == 0
    .balign 4
    .global entry_stubs
entry_stubs:
    .endif
    .long 1f
    .popsection
1:  .if vector >= 32
    pushl $0
    .elseif ((TRAP_HAS_ERROR_CODE >> vector) & 1) == 0
    pushl $0
    .endif
    pushl $vector
    jmp trap_entry
    .set vector, vector + 1
    .endr

/* In:  on the stack what the stubs leave; all registers are the interrupted code's.
 * Out: trap_dispatch(frame), with our data segments and DF clear as C expects it. IF is as the gate
 *      left it: clear behind an interrupt gate, unchanged behind a trap gate. */
    .global trap_entry
trap_entry:
    pushal
    pushl %ds
    pushl %es
    pushl %fs
    pushl %gs
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    cld
    pushl %esp                          /* the argument: struct trap_frame */
    call trap_dispatch
    addl $4, %esp
    .global trap_return
trap_return:
    popl %gs
    popl %fs
    popl %es
    popl %ds
    popal
    addl $8, %esp                       /* vector and error code */
    iret

    .section .note.GNU-stack, "", @progbits
