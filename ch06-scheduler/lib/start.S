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

    .section .note.GNU-stack, "", @progbits
