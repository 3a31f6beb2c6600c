/**
 * @file
 * core: chapter 1's demonstration.
 */
#ifndef CORE_DEMO_BOOT_H
#define CORE_DEMO_BOOT_H

/** Prints the memory map, where the image lies, and the registers that turn paging on. */
void demo_boot(void);

#endif
