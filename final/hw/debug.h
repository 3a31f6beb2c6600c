/**
 * @file
 * hw: debug registers (Intel SDM vol. 3B, 17.2).
 */
#ifndef HW_DEBUG_H
#define HW_DEBUG_H

#include "klib/types.h"

#define DR6_FIXED 0xFFFF0FF0   /**< bits that read as ones: what DR6 is out of reset */
#define DR6_REASONS 0x0000E00F /**< B0 to B3, BD, BS, BT: why a #DB came */
#define DR7_FIXED 0x00000400   /**< reads as one */
#define DR7_ENABLE 0x000000FF  /**< L0, G0, L1, ...: two for each breakpoint */
#define DR7_GENERAL 0x00002000 /**< GD: the next access to a debug register raises #DB */
#define DR7_RESERVED 0x0000D800

/* What a breakpoint waits for, and on how many bytes: four bits for each, from bit 16 on. */
#define DR7_KIND(n, control) ((control) >> (16 + 4 * (n)) & 3)
#define DR7_LENGTH(n, control) ((control) >> (18 + 4 * (n)) & 3)
#define DR7_EXECUTE 0
#define DR7_WRITE 1
#define DR7_IO 2 /**< with CR4.DE */
#define DR7_READ_WRITE 3
#define DR7_LENGTH_8 2

/** Writes DR0 to DR3. */
static inline void debug_set_addresses(const uint32_t address[4])
{
    __asm__ volatile("movl %0, %%db0\n\t"
                     "movl %1, %%db1\n\t"
                     "movl %2, %%db2\n\t"
                     "movl %3, %%db3"
                     :
                     : "r"(address[0]), "r"(address[1]), "r"(address[2]), "r"(address[3]));
}

static inline uint32_t debug_status(void)
{
    uint32_t value;

    __asm__ volatile("movl %%db6, %0" : "=r"(value));
    return value;
}

static inline void debug_set_status(uint32_t value)
{
    __asm__ volatile("movl %0, %%db6" : : "r"(value));
}

static inline void debug_set_control(uint32_t value)
{
    __asm__ volatile("movl %0, %%db7" : : "r"(value));
}

#endif
