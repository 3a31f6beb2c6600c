/**
 * @file
 * hw: the time stamp counter, 64 bits that count from reset at a fixed rate
 * (Intel SDM vol. 3B, 17.17). Which rate, nobody tells: core/clock.c measures it.
 */
#ifndef HW_TSC_H
#define HW_TSC_H

#include "klib/types.h"

/** @return the counter. Instructions may still be reordered around the read. */
static inline uint64_t tsc_read(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

#endif
