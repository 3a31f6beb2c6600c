/* hw: from the loader's last instruction to our first line of C, and the way into panic().
 *
 * The loader leaves us at a physical address, with flat segments of its own and without paging. We
 * are linked to run at 3 GiB + 1 MiB. This file builds the bridge: a page directory that maps RAM
 * twice, at 0 (where we run now) and at 3 GiB (where we want to be), the bit that turns paging on,
 * and one jump. Next on the tour: core/main.c. */
#include "hw/boot.h"
#include "hw/cpu.h"
#include "hw/multiboot.h"
#include "hw/paging.h"

    .section .multiboot, "a"
    .balign 4
#define HEADER_FLAGS (MULTIBOOT_PAGE_ALIGN | MULTIBOOT_MEMORY_INFO | MULTIBOOT_VIDEO_MODE)
    .long MULTIBOOT_HEADER_MAGIC
    .long HEADER_FLAGS
    .long -(MULTIBOOT_HEADER_MAGIC + HEADER_FLAGS)  /* the three words add up to 0 */
    .fill 5, 4, 0                       /* addresses, for an image that is not an ELF file */
    .long MULTIBOOT_EGA_TEXT, 80, 25, 0 /* the screen: columns, rows, and any depth */

/* The first page directory, filled in by the assembler. It stays in use as the hypervisor's own;
 * core/main.c drops from it what no longer has a use (paging_trim). */
#define LINEAR_FLAGS (PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE | PAGE_GLOBAL)
    .section .data
    .balign PAGE_SIZE
    .global kernel_page_directory
kernel_page_directory:
    .long PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE    /* 0 to 4 MiB: the identity map */
    .fill KERNEL_DIRECTORY_INDEX - 1, 4, 0
    .set page, 0
    .rept LINEAR_MAP_SIZE / LARGE_PAGE_SIZE         /* 3 GiB up: physical memory from 0 */
    .long page | LINEAR_FLAGS
    .set page, page + LARGE_PAGE_SIZE
    .endr
    .fill 1024 - KERNEL_DIRECTORY_INDEX - LINEAR_MAP_SIZE / LARGE_PAGE_SIZE, 4, 0

    .section .bss
    .balign 16
    .global boot_stack, boot_stack_top
boot_stack:
    .skip BOOT_STACK_SIZE
boot_stack_top:

/* In:  EAX = MULTIBOOT_LOADED if the loader speaks Multiboot 1, EBX = struct multiboot_info,
 *      physical; protected mode, flat 4 GiB segments, paging off, IF = 0; no stack.
 * Out: does not return; kmain(EAX, EBX) runs at its linked address with paging on. */
    .section .boot, "ax"
    .code32
    .global _start
_start:
    cli
    cld
    movl $(boot_stack_top - KERNEL_BASE), %esp
    movl %eax, %esi                     /* cpuid overwrites EAX and EBX */
    movl %ebx, %edi
    movl $1, %eax
    cpuid
    andl $(CPUID_1_EDX_PSE | CPUID_1_EDX_PGE), %edx
    cmpl $(CPUID_1_EDX_PSE | CPUID_1_EDX_PGE), %edx
    jne cpu_too_old

    movl %cr4, %eax
    orl $CR4_PSE, %eax                  /* before PG: the directory below has 4 MiB pages */
    movl %eax, %cr4
    movl $(kernel_page_directory - KERNEL_BASE), %eax
    movl %eax, %cr3
    movl %cr0, %eax
    andl $~(CR0_CD | CR0_NW | CR0_EM | CR0_TS | CR0_AM), %eax   /* not every BIOS turns caches on */
    orl $(CR0_PG | CR0_WP | CR0_NE | CR0_MP), %eax
    .global paging_turns_on
paging_turns_on:
    movl %eax, %cr0                     /* the identity map makes the next fetch find itself */
    movl $higher_half, %eax
    jmp *%eax                           /* absolute, so that EIP really moves */

/* The CPU has no 4 MiB or no global pages. No C yet: it is linked where nothing is mapped. */
cpu_too_old:
    movl $too_old_text, %esi
1:  movw $(COM1 + 5), %dx
2:  inb %dx, %al
    testb $0x20, %al                    /* transmitter empty */
    jz 2b
    lodsb
    testb %al, %al
    jz 3f
    movw $COM1, %dx
    outb %al, %dx
    jmp 1b
3:  movw $POWER_QEMU_PORT, %dx
    movb $POWER_QEMU_FAILED, %al
    outb %al, %dx
4:  hlt
    jmp 4b
too_old_text:
    .asciz "Bulkhead: this CPU has no 4 MiB global pages (CPUID.1:EDX bits 3 and 13)\r\n"

    .text
    .global higher_half
higher_half:
    movl %cr4, %eax
    orl $CR4_PGE, %eax                  /* behind PG (Intel SDM vol. 3A, 2.5, at CR4.PGE) */
    movl %eax, %cr4
    movl $boot_stack_top, %esp
    xorl %ebp, %ebp                     /* a backtrace ends at a frame pointer of 0 */
    pushl %edi
    pushl %esi
    call kmain

/* panic(format, ...): saves the registers before C can change them.
 * In:  as the C ABI has it; the return address says who panicked.
 * Out: does not return; panic_report() gets a struct panic_registers. */
    .global panic
    .type panic, @function
panic:
    pushfl
    pushal
    cli
    cld
    movl %esp, %eax
    pushl %eax
    call panic_report
    .size panic, . - panic

    .section .note.GNU-stack, "", @progbits
