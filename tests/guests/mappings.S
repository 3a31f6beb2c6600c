/* Maps, protects and unmaps pages of its own memory, and touches them each time: what the tables
 * say and what the processor remembers have to be the same. */
#include "abi.h"

    .set WINDOW, 0x00600000             /* in reach of the page table that it has already */
    .set PAGE_A, 0x8000                 /* offsets in its first area, which lies at BASE */
    .set PAGE_B, 0x9000
    .set BASE, 0x00400000

    .macro hypercall number, a=$0, b=$0, c=$0, d=$0, e=$0
    movl $\number, %eax
    movl \a, %ebx
    movl \b, %ecx
    movl \c, %edx
    movl \d, %esi
    movl \e, %edi
    int $HYPERCALL
    testl %eax, %eax
    jnz bad_result
    incl step
    .endm

/* The instruction has to fault, with that error code and address. */
    .macro faults error, address, instruction:vararg
    movl $\error, wanted_error
    movl $\address, wanted_address
    movl $1f, resume
    \instruction
    jmp bad_access
1:  incl step
    .endm

    .macro equal value, address
    cmpl $\value, \address
    jne bad_value
    incl step
    .endm

    .text
    .global _start
_start:
    hypercall TRAP_HANDLER, $14, $handler
    movl $0xAAAAAAAA, BASE + PAGE_A
    movl $0xBBBBBBBB, BASE + PAGE_B
    faults 4, WINDOW, movl WINDOW, %eax                 /* nothing is there yet */

    hypercall MAP, $WINDOW, $0, $PAGE_A, $1, $READ | WRITE
    equal 0xAAAAAAAA, WINDOW
    movl $0x11111111, WINDOW
    equal 0x11111111, BASE + PAGE_A                     /* the same frame at both */

    hypercall PROTECT, $WINDOW, $1, $READ
    equal 0x11111111, WINDOW
    faults 7, WINDOW + 4, movl $0, WINDOW + 4
    movl $0x22222222, BASE + PAGE_A                     /* its other place is as it was */
    equal 0x22222222, WINDOW

    hypercall PROTECT, $WINDOW, $1, $READ | WRITE
    movl $0x33333333, WINDOW
    hypercall MAP, $WINDOW, $0, $PAGE_B, $1, $READ           /* another one in its place */
    equal 0xBBBBBBBB, WINDOW
    faults 7, WINDOW, movl $0, WINDOW
    equal 0x33333333, BASE + PAGE_A

    hypercall UNMAP, $WINDOW, $1
    faults 4, WINDOW, movl WINDOW, %eax
    faults 6, WINDOW + 0xFFC, movl $0, WINDOW + 0xFFC

    hypercall MAP, $WINDOW, $0, $PAGE_A, $2, $READ | WRITE   /* two pages, one call */
    equal 0x33333333, WINDOW
    equal 0xBBBBBBBB, WINDOW + 0x1000
    hypercall PROTECT, $WINDOW, $2, $READ
    faults 7, WINDOW + 0xFFF, movb $0, WINDOW + 0xFFF
    faults 7, WINDOW + 0x1000, movb $0, WINDOW + 0x1000
    hypercall UNMAP, $WINDOW + 0x1000, $1
    equal 0x33333333, WINDOW
    faults 4, WINDOW + 0x1000, movl WINDOW + 0x1000, %eax

    hypercall UNMAP, $BASE + PAGE_B, $1                      /* a page that it was started with */
    faults 4, BASE + PAGE_B, movl BASE + PAGE_B, %eax
    hypercall MAP, $BASE + PAGE_B, $0, $PAGE_B, $1, $READ | WRITE
    equal 0xBBBBBBBB, BASE + PAGE_B

    faults 7, _start, movb $0, _start                   /* its code */
    faults 6, 0xBFFFEFFC, movl $0, 0xBFFFEFFC           /* beside the control page */
    movl $0, CONTROL_PAGE + 0xFFC
    faults 5, 0xC0000000, movl 0xC0000000, %eax         /* behind it */
    faults 7, 0xC0100000, movl $0, 0xC0100000
    faults 4, 0, movl 0, %eax
    faults 4, 0x00100000, movl 0x00100000, %eax         /* where the hypervisor was loaded */
    halt step                                           /* how far it came */

bad_result:
    movl step, %ebx
    negl %ebx
    halt %ebx
bad_access:
bad_value:
    movl step, %ebx
    negl %ebx
    subl $1000, %ebx
    halt %ebx

handler:
    pushl %eax
    movl 4 + PUSHED_ERROR(%esp), %eax
    cmpl wanted_error, %eax
    jne bad_access
    movl 4 + PUSHED_ADDRESS(%esp), %eax
    cmpl wanted_address, %eax
    jne bad_access
    movl resume, %eax
    movl %eax, 4 + PUSHED_EIP(%esp)
    movl $-1, wanted_error
    movl $TRAP_RETURN, %eax
    int $HYPERCALL
    ud2

    .data
step:
    .long 0
wanted_error:
    .long -1
wanted_address:
    .long 0
resume:
    .long 0
