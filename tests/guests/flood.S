/* Floods the hypervisor with the hypercalls that take longest: as many pages, characters and bytes
 * as a call takes. */
#include "abi.h"

    .text
    .global _start
_start:
1:  movl $MAP, %eax
    movl $0x00600000, %ebx
    xorl %ecx, %ecx
    xorl %edx, %edx
    movl $16, %esi
    movl $READ, %edi
    int $HYPERCALL
    movl $PROTECT, %eax
    movl $0x00600000, %ebx
    movl $16, %ecx
    movl $READ | WRITE, %edx
    int $HYPERCALL
    movl $UNMAP, %eax
    movl $0x00600000, %ebx
    movl $32, %ecx
    int $HYPERCALL
    movl $CONSOLE_WRITE, %eax
    movl $text, %ebx
    movl $128, %ecx
    int $HYPERCALL
    movl $AREA, %eax
    movl $text, %ebx
    movl $answer, %ecx
    int $HYPERCALL
    movl $TIMER, %eax
    movl $1, %ebx
    xorl %ecx, %ecx
    movl $50000, %edx                   /* the shortest period */
    int $HYPERCALL
    jmp 1b

    .data
text:
    .fill 128, 1, 0x20
answer:
    .skip 16
