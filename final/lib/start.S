/* lib: a partition's assembly: its first instructions, and the way in and out of its trap handlers.
 */
#include "api/bulkhead.h"

/* In:  EAX = how often the partition was started before, ESP = the top of its memory; CPL 3, flat
 *      segments.
 * Out: guest_start(EAX), which does not return. */
    .text
    .global _start
_start:
    xorl %ebp, %ebp
    andl $~15, %esp
    subl $12, %esp
    pushl %eax
    call guest_start

/* In:  the hypervisor pushed a struct bh_trap_return; all registers but ESP are as they were when
 *      the trap came.
 * Out: trap_dispatch(struct bh_trap *); then the hypervisor takes EAX and the rest off the stack.
 */
    .global trap_entry
trap_entry:
    pushal
    pushl %esp
    call trap_dispatch
    addl $4, %esp
    popal
    pushl %eax
    movl $BH_TRAP_RETURN, %eax
    int $BH_HYPERCALL_VECTOR
    ud2                                 /* it returns only when our stack is broken */

/* The two ways to make a hypercall; bh_hypercall() calls the one that guest_start() chose.
 * In:  EAX = number, EBX, ECX, EDX, ESI, EDI = arguments.
 * Out: EAX = the result; nothing else changes but the flags. */
    .global bh_way_int
bh_way_int:
    int $BH_HYPERCALL_VECTOR
    ret

    .global bh_way_sysenter, bh_way_sysenter_return
bh_way_sysenter:
    pushl %ebp
    pushl %ecx
    pushl %edx
    movl %esp, %ebp
    sysenter
bh_way_sysenter_return:
    popl %edx
    popl %ecx
    popl %ebp
    ret

/* In:  something ended virtual user mode: the hypervisor wrote a struct bh_user_trap to the top of
 *      our stack; no register is of use but ESP.
 * Out: user_trap_dispatch(struct bh_user_trap *); when it returns, user mode goes on. */
    .global user_trap_entry
user_trap_entry:
    movl %esp, %ebx
    xorl %ebp, %ebp
    andl $~15, %esp
    subl $12, %esp
    pushl %ebx
    call user_trap_dispatch
    movl $BH_USER_ENTER, %eax           /* EBX = its struct bh_user_state, which comes first */
    int $BH_HYPERCALL_VECTOR
    ud2                                 /* it returns only when there is no such address space */

    .section .note.GNU-stack, "", @progbits
