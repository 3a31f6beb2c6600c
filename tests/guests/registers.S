/* Every register holds what this code put there, however often it is interrupted: by slots of
 * others, and by its own timer, whose handler runs in the middle of it. Straight-line code counts
 * in all registers, so an instruction that ran twice or never is seen as well. */
#include "abi.h"

    .set PERIOD, 53000                  /* ns: out of step with the loop */
    .set SLOTS, 6                       /* until we have seen so many begin */
    .set TIMERS, 30                     /* so many interrupts there must have been */
    .set STEPS, 16

    .text
    .global _start
_start:
    movl $stack_top, %esp
    movl $VIRQ_HANDLER, %eax
    movl $handler, %ebx
    int $HYPERCALL
    movl $CLOCK, %eax
    movl $now, %ebx
    int $HYPERCALL
    movl $TIMER, %eax
    movl now, %ebx
    movl now + 4, %ecx
    addl $PERIOD, %ebx
    adcl $0, %ecx
    movl $PERIOD, %edx
    int $HYPERCALL
    testl %eax, %eax
    jnz bad_timer

    fninit
    fldpi
    fldl2e
    fldl2t
    fldlg2
    fld1
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    movups patterns + 16 * \n, %xmm\n
    .endr
    fldcw control_word
    ldmxcsr mxcsr
    fxsave wanted
    movl $1, CONTROL_PAGE

again:
    movl $0x10000000, %eax
    movl $0x20000000, %ebx
    movl $0x30000000, %ecx
    movl $0x40000000, %edx
    movl $0x50000000, %esi
    movl $0x60000000, %edi
    movl $0x70000000, %ebp
    std
    stc
    .rept STEPS                         /* leal leaves the flags alone */
    leal 1(%eax), %eax
    leal 2(%ebx), %ebx
    leal 3(%ecx), %ecx
    leal 4(%edx), %edx
    leal 5(%esi), %esi
    leal 6(%edi), %edi
    leal 7(%ebp), %ebp
    .endr
    jnc bad_flags
    pushfl
    testl $0x400, (%esp)                /* DF */
    leal 4(%esp), %esp
    jz bad_flags
    cmpl $0x10000000 + 1 * STEPS, %eax
    jne bad_general
    cmpl $0x20000000 + 2 * STEPS, %ebx
    jne bad_general
    cmpl $0x30000000 + 3 * STEPS, %ecx
    jne bad_general
    cmpl $0x40000000 + 4 * STEPS, %edx
    jne bad_general
    cmpl $0x50000000 + 5 * STEPS, %esi
    jne bad_general
    cmpl $0x60000000 + 6 * STEPS, %edi
    jne bad_general
    cmpl $0x70000000 + 7 * STEPS, %ebp
    jne bad_general
    cmpl $stack_top, %esp
    jne bad_general
    .irp segment, ds, es, fs, gs, ss
    movl %\segment, %eax
    cmpl $0x23, %eax
    jne bad_segment
    .endr

    cld
    fxsave found
    movl wanted, %eax                   /* control and status word */
    cmpl found, %eax
    jne bad_floating
    movb wanted + 4, %al                /* tags */
    cmpb found + 4, %al
    jne bad_floating
    movl wanted + 24, %eax              /* MXCSR */
    cmpl found + 24, %eax
    jne bad_floating
    movl $wanted + 32, %esi             /* ST0 to ST7, XMM0 to XMM7 */
    movl $found + 32, %edi
    movl $(128 + 128) / 4, %ecx
    repe cmpsl
    jne bad_floating

    cmpl $SLOTS, slots
    jb again
    movl $0, CONTROL_PAGE
    cmpl $TIMERS, timers
    jb bad_count
    halt $0

bad_timer:
    halt $-1
bad_flags:
    halt $-2
bad_general:
    halt $-3
bad_segment:
    halt $-4
bad_floating:
    halt $-5
bad_count:
    halt $-6

bad_handler:
    halt $-7

handler:
    cmpl $0, CONTROL_PAGE               /* no other one while it runs */
    jne bad_handler
    testl $0x200, PUSHED_EFLAGS(%esp)   /* they could come, or it would not be here */
    jz bad_handler
    cmpl $SLOT_VECTOR, PUSHED_VECTOR(%esp)
    je 1f
    incl timers
    jmp 2f
1:  incl slots
2:  pushl %eax
    movl $TRAP_RETURN, %eax
    int $HYPERCALL
    ud2

    .data
now:
    .quad 0
slots:
    .long 0
timers:
    .long 0
control_word:
    .word 0x027F, 0                     /* 53 bits, not the default */
mxcsr:
    .long 0x3F80                        /* rounds down, not the default */
    .balign 16
patterns:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    .long 0x01020304 + \n, 0x11121314 + \n, 0x21222324 + \n, 0x31323334 + \n
    .endr
    .balign 16
wanted:
    .skip 512
found:
    .skip 512
    .skip 4096
stack_top:
