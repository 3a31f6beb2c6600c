/**
 * @file
 * hw: model-specific registers (Intel SDM vol. 4, chapter 2).
 */
#ifndef HW_MSR_H
#define HW_MSR_H

#include "klib/types.h"

enum {
    MSR_APIC_BASE = 0x1B, /**< where the local APIC lies, and whether it is enabled */
    MSR_TSC_DEADLINE =
        0x6E0, /**< the TSC's value at which the local APIC's timer fires; 0: never */
};

/** Reads a register that this CPU has: any other raises #GP. */
static inline uint64_t msr_read(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

/** Writes a register that this CPU has. */
static inline void msr_write(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}

#endif
