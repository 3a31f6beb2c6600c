/* Never gives the processor up, and leaves something else in every register all the time. */
    .text
    .global _start
_start:
    fninit
1:  movl $0xDEADBEEF, %eax
    movl %eax, %ebx
    movl %eax, %ecx
    movl %eax, %edx
    movl %eax, %esi
    movl %eax, %edi
    movl %eax, %ebp
    fldln2
    fldcw control_word
    ldmxcsr mxcsr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    movups garbage, %xmm\n
    .endr
    std
    incl garbage
    jmp 1b

    .data
control_word:
    .word 0x0F7F, 0                     /* rounds towards zero */
mxcsr:
    .long 0x7F80
garbage:
    .long 0xA5A5A5A5, 0x5A5A5A5A, 0xFFFF0000, 0x0000FFFF
