/* A boot loader as an expansion ROM for Bochs: the BIOS calls it when it has set up the machine. It
 * copies the first disk to 1 MiB, where loader.py has made it what lies in memory when a Multiboot
 * loader is done, and enters the hypervisor there.
 *
 * The memory map is the BIOS's own. On exit, as Multiboot 3.2 wants it: EAX is the magic number,
 * EBX points at the information, protected mode without paging, A20 open, interrupts off. */
.set MAP, 0x8000       /* the memory map, which the information names */
.set ROM, 0xD0000
.set INFO_MEMORY, 4    /* offsets in the information: kilobytes below 1 MiB, and above */
.set INFO_MAP_SIZE, 44
.set DISK, 0x1F0       /* the first ATA channel's registers (ATA-3, 7.2) */
.set START, 0x00100000

    .code16
    .globl _start
_start:
    .byte 0x55, 0xAA, 1 /* an expansion ROM of one block of 512 bytes; the BIOS enters behind this */
    jmp begin

    .balign 4
    .globl info, entry, sectors, dirt
info:    .long 0       /* loader.py fills these in, and a checksum at the end */
entry:   .long 0
sectors: .long 0       /* of the disk */
dirt:    .long 0       /* so many words behind them get a value that is not zero */

begin:
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw $MAP, %di
    xorl %ebx, %ebx
1:  movl $20, (%di)    /* an entry's size stands in front of it */
    addw $4, %di
    movl $0xE820, %eax
    movl $20, %ecx
    movl $0x534D4150, %edx /* "SMAP" */
    int $0x15
    jc 2f
    addw $20, %di
    testl %ebx, %ebx
    jnz 1b
    addw $4, %di
2:  subw $MAP + 4, %di
    movzwl %di, %ebp   /* the map's size */

    movw $0xE801, %ax
    int $0x15          /* AX: KiB from 1 to 16 MiB, BX: blocks of 64 KiB behind */
    movzwl %bx, %edi
    shll $6, %edi
    movzwl %ax, %eax
    addl %eax, %edi
    int $0x12
    movzwl %ax, %esi

    inb $0x92, %al
    orb $2, %al        /* A20 */
    andb $0xFE, %al    /* and no reset */
    outb %al, $0x92
    cli
    movw $ROM >> 4, %ax
    movw %ax, %ds
    lgdtl gdt_register - _start
    movl info - _start, %ebx
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $8, $ROM + protected - _start

    .code32
protected:
    movw $16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl %edi, %esp    /* no stack: a register */
    movw $DISK + 0x206, %dx
    movb $2, %al
    outb %al, %dx      /* no interrupts from the disk */
    movl $START, %edi
    xorl %ebx, %ebx
3:  movw $DISK + 2, %dx
    movb $1, %al
    outb %al, %dx      /* one sector */
    incw %dx
    movb %bl, %al
    outb %al, %dx      /* its number: bits 0 to 7 */
    incw %dx
    movb %bh, %al
    outb %al, %dx      /* 8 to 15 */
    incw %dx
    xorb %al, %al
    outb %al, %dx
    incw %dx
    movb $0xE0, %al
    outb %al, %dx      /* the first disk, logical block addresses */
    incw %dx
    movb $0x20, %al
    outb %al, %dx      /* READ SECTORS */
4:  inb %dx, %al
    andb $0x88, %al
    cmpb $0x08, %al    /* not busy, and data there */
    jne 4b
    movw $DISK, %dx
    movl $256, %ecx
    rep insw
    incl %ebx
    cmpl ROM + sectors - _start, %ebx
    jb 3b
    movl ROM + dirt - _start, %ecx
    movl $0xCCCCCCCC, %eax
    rep stosl

    movl ROM + info - _start, %ebx
    movl %esi, INFO_MEMORY(%ebx)
    movl %esp, INFO_MEMORY + 4(%ebx)
    movl %ebp, INFO_MAP_SIZE(%ebx)
    movl $0x2BADB002, %eax
    jmp *ROM + entry - _start

    .balign 8
gdt:
    .quad 0, 0x00CF9A000000FFFF, 0x00CF92000000FFFF
gdt_register:
    .word 23
    .long ROM + gdt - _start

    .org 511
    .byte 0
