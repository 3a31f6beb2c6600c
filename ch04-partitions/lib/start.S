/* lib: a partition's first instructions.
 * In:  EAX = how often the partition was started before, EBX = a word of the experimenter's, ESP =
 *      the top of its memory; CPL 3, flat segments.
 * Out: main(EAX, EBX) runs; what it returns goes to the hypervisor with int3, this chapter's one
 *      door out. */
    .text
    .global _start
_start:
    xorl %ebp, %ebp
    andl $~15, %esp
    subl $8, %esp
    pushl %ebx
    pushl %eax
    call main
    int3
    ud2

    .section .note.GNU-stack, "", @progbits
