/* hw: the way in and out. One stub for each of 256 vectors, all made by one loop, and one path that
 * saves the machine's state, calls C and restores it: the same partition's state or another one's.
 * Next on the tour: virt/call/guest_trap.c. */
#include "hw/cpu.h"
#include "hw/gdt.h"
#include "hw/guest_entry.h"
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

/* In:  on the stack what the stubs leave; all registers are the interrupted code's. ESP points into
 *      the vCPU when a partition was interrupted (TSS.esp0), else into the hypervisor's stack.
 * Out: guest_trap(frame) or trap_dispatch(frame), with our data segments and clean flags. */
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
    pushl $EFLAGS_ONE                   /* whatever a partition set: DF, NT, TF and AC are clear */
    popfl
    movl %esp, %eax                     /* struct trap_frame */
    testb $3, ENTRY_CS(%esp)
    jz from_hypervisor

    movl ENTRY_STACK(%esp), %esp
    xorl %ebp, %ebp                     /* a backtrace ends here */
    pushl %eax
    call guest_trap
    jmp return_to_frame

from_hypervisor:
    pushl %eax
    call trap_dispatch
    leal 4(%esp), %eax                  /* not what was pushed: an argument is the callee's */

/* In:  EAX = the frame to return to.
 * The marked instructions load what a partition may have had a hand in. A fault there comes back to
 * the hypervisor, finds them in the exception table, and goes on at return_failed. */
return_to_frame:
    movl %eax, %esp
1:  popl %gs
2:  popl %fs
3:  popl %es
4:  popl %ds
    popal
    addl $8, %esp                       /* vector and error code */
5:  iret

    .section .exception_table, "a"
    .long 1b, return_failed
    .long 2b, return_failed
    .long 3b, return_failed
    .long 4b, return_failed
    .long 5b, return_failed
    .text

/* In:  ESP somewhere in a vCPU, nothing else of use. */
return_failed:
    movl $boot_stack_top, %esp
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    xorl %ebp, %ebp
    call guest_return_failed
    jmp return_to_frame

/* entry_return(frame)
 * In:  as the C ABI has it; the stack is not needed any more.
 * Out: does not return. */
    .global entry_return
    .type entry_return, @function
entry_return:
    movl 4(%esp), %eax
    jmp return_to_frame
    .size entry_return, . - entry_return

    .section .note.GNU-stack, "", @progbits
