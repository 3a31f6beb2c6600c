/* Reads the TSC all the time, and writes down when it was not let: the last value before each gap,
 * and the first behind it. After GAPS of them it prints all and ends. */
#include "abi.h"

    .set GAPS, 20
    .set GAP, 1500                      /* ticks: more than an interrupt that is not for others */

    .text
    .global _start
_start:
    xorl %edi, %edi
    rdtsc
    movl %eax, %esi                     /* the last value */
1:  rdtsc
    movl %eax, %ebx
    subl %esi, %ebx
    cmpl $GAP, %ebx
    jae 2f
    movl %eax, %esi
    jmp 1b
2:  movl %esi, gaps(, %edi, 8)
    movl %eax, gaps + 4(, %edi, 8)
    movl %eax, %esi
    incl %edi
    cmpl $GAPS, %edi
    jb 1b

    xorl %esi, %esi
3:  movl gaps(, %esi, 8), %eax
    movl $line, %edi
    call hexadecimal
    movl gaps + 4(, %esi, 8), %eax
    movl $line + 9, %edi
    call hexadecimal
    movl $CONSOLE_WRITE, %eax
    movl $line, %ebx
    movl $18, %ecx
    int $HYPERCALL
    incl %esi
    cmpl $GAPS, %esi
    jb 3b
    halt $0

/* In: EAX a number, EDI where its eight digits go. Changes EAX, ECX, EDX. */
hexadecimal:
    movl $8, %ecx
1:  roll $4, %eax
    movl %eax, %edx
    andl $15, %edx
    movb digits(%edx), %dl
    movb %dl, (%edi)
    incl %edi
    loop 1b
    ret

    .data
digits:
    .ascii "0123456789abcdef"
line:
    .ascii "00000000 00000000\n"
    .balign 8
gaps:
    .skip 8 * GAPS
