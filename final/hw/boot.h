/**
 * @file
 * hw: what the start-up assembly shares with C.
 */
#ifndef HW_BOOT_H
#define HW_BOOT_H

#define BOOT_STACK_SIZE 16384 /**< bytes: the CPU's one stack, in use from the first call on */
#define COM1 0x3F8            /**< I/O port of the first serial port */

#define POWER_QEMU_PORT 0xF4    /**< QEMU's isa-debug-exit device: exit status is value * 2 + 1 */
#define POWER_QEMU_OK 0x10      /**< QEMU exits with 33 */
#define POWER_QEMU_FAILED 0x11  /**< QEMU exits with 35 */
#define POWER_BOCHS_PORT 0x8900 /**< Bochs stops when it reads "Shutdown" here */

#ifndef __ASSEMBLER__

#include "klib/types.h"

/** Lowest and highest address of the boot stack; it grows down from the top. */
extern char boot_stack[], boot_stack_top[];

/** First and behind the last byte of the hypervisor's image in memory (link.ld). */
extern char image_start[], image_end[], text_start[], text_end[];

/**
 * The first C function (core/main.c).
 * @param magic  EAX at the entry: MULTIBOOT_LOADED, or we do not know our loader
 * @param info   EBX at the entry: struct multiboot_info
 */
void kmain(uint32_t magic, paddr_t info) __attribute__((noreturn));

#endif
#endif
