/* hw: the way in and out. One stub for each of 256 vectors, all made by one loop, and one path that
 * saves the machine's state, calls C and restores it: the same partition's state or another one's.
 * Next on the tour: virt/call/guest_trap.c. */
#include "hw/cpu.h"
#include "hw/gdt.h"
#include "hw/hypercall_entry.h"
#include "hw/timer_entry.h"
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
    .if vector == HYPERCALL_VECTOR
    jmp hypercall_entry
    .elseif vector == TIMER_VECTOR
    jmp timer_entry
    .else
    jmp trap_entry
    .endif
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
    jmp return_to_frame

/* A hot path: a hypercall, from the partition's `int` to its next instruction.
 * In:  on the vCPU's frame what the stub leaves; EAX = the number, EBX, ECX, EDX, ESI, EDI = the
 *      arguments, which the handler reads from the frame.
 * Out: back in the partition with the handler's result in EAX, or at return_to_frame.
 * In virtual user mode the count is 0, so that every number goes to hypercall_other(). */
    .global hypercall_entry
hypercall_entry:
    pushal
    pushl %ds
    pushl %es
    pushl %fs
    pushl %gs
    movl $SELECTOR_KERNEL_DATA, %ecx
    movl %ecx, %ds
    movl %ecx, %es
    pushl $EFLAGS_ONE
    popfl
    movl %esp, %ebx                     /* struct trap_frame */
    movl ENTRY_STACK(%esp), %esp
    xorl %ebp, %ebp
    .global hypercall_begin
hypercall_begin:
    cmpl FRAME_CALLS(%ebx), %eax
    jae other_hypercall
    pushl %ebx
    leal -ENTRY_FRAME(%ebx), %ecx       /* struct vcpu, which begins with its entry_state */
    pushl %ecx
    call *hypercall_table(, %eax, 4)
    .global hypercall_done
hypercall_done:
    movl %eax, FRAME_EAX(%ebx)
    movl %ebx, %eax
    cmpl $0, boot_cpu                   /* its first word: is anything pending? */
    je return_to_frame
    call guest_resume
    jmp return_to_frame

/* The other hot path: the timer, from the interrupted partition to the next one's instruction.
 * In and out: as trap_entry, but that timer_trap(frame) handles it. */
timer_entry:
    pushal
    pushl %ds
    pushl %es
    pushl %fs
    pushl %gs
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    pushl $EFLAGS_ONE
    popfl
    movl %esp, %eax                     /* struct trap_frame */
    testb $3, ENTRY_CS(%esp)
    jz from_hypervisor
    movl ENTRY_STACK(%esp), %esp
    xorl %ebp, %ebp
    pushl %eax
    call timer_trap
    jmp return_to_frame

other_hypercall:
    pushl %ebx
    leal -ENTRY_FRAME(%ebx), %ecx
    pushl %ecx
    call hypercall_other
    jmp hypercall_done

/* The other hot path: a hypercall, from the partition's `sysenter` to its next instruction.
 * In:  CS, SS and ESP from the MSRs (hw/sysenter.c), IF clear; all else is the partition's: EAX =
 *      the number, EBX, ECX, EDX, ESI, EDI = the arguments, EBP = its stack pointer. Where it came
 *      from is not told: the partition said beforehand where it wants to go on. ESP is the CPU's
 *      stack, good enough for a #DB that a set TF raises here.
 * Out: back in the partition, EAX = the result, EBX, ESI, EDI as they were, EBP = ESP; DS and ES
 *      are flat, FS and GS were never touched, and the flags are ours. Or, when something is
 *      pending, at return_to_frame, with a frame as `int` makes it. */
    .global sysenter_entry
sysenter_entry:
    movl %ss:boot_cpu + CPU_CURRENT, %esp
    addl $VCPU_FRAME_END, %esp
    pushl $SELECTOR_USER_DATA
    pushl %ebp
    pushl $(EFLAGS_ONE | EFLAGS_IF)
    pushl $SELECTOR_USER_CODE
    pushl FRAME_SYSENTER_RETURN - FRAME_CS(%esp)
    pushl $0
    pushl $SYSENTER_VECTOR
    pushal
    movl $SELECTOR_USER_DATA, %ecx      /* flat, and good for CPL 0 as well: it can stay */
    movl %ecx, %ds
    movl %ecx, %es
    pushl $EFLAGS_ONE
    popfl
    leal -FRAME_EDI(%esp), %ebx         /* struct trap_frame; its segments are not filled in */
    movl ENTRY_STACK(%ebx), %esp
    .global sysenter_begin
sysenter_begin:
    cmpl FRAME_CALLS(%ebx), %eax
    jae sysenter_other
    pushl %ebx
    leal -ENTRY_FRAME(%ebx), %ecx
    pushl %ecx
    call *hypercall_table(, %eax, 4)
    .global sysenter_done
sysenter_done:
    cmpl $0, boot_cpu
    jne sysenter_pending
    movl FRAME_EIP(%ebx), %edx
    movl %ebp, %ecx
    movl FRAME_EBX(%ebx), %ebx
    sti                                 /* takes effect behind the next instruction */
    sysexit

/* The frame may not be this partition's next one any more: it needs its segments. */
sysenter_pending:
    call complete_frame
    jmp hypercall_done

sysenter_other:
    call complete_frame
    jmp other_hypercall

/* In:  EBX = the frame.
 * Out: its segments are filled in; ECX is spoilt. */
complete_frame:
    movl $SELECTOR_USER_DATA, FRAME_DS(%ebx)
    movl $SELECTOR_USER_DATA, FRAME_ES(%ebx)
    movl %fs, %ecx
    movl %ecx, FRAME_FS(%ebx)
    movl %gs, %ecx
    movl %ecx, FRAME_GS(%ebx)
    ret

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
