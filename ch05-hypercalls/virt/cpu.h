/**
 * @file
 * virt: what belongs to one CPU. There is one CPU so far; everything that would be one a CPU lies
 * here all the same, and is reached by one accessor.
 */
#ifndef VIRT_CPU_H
#define VIRT_CPU_H

#include "virt/partition.h"

/** What is to be done before a partition runs on. */
enum pending_work {
    PENDING_RESCHEDULE = 1, /**< another partition may be due */
};

struct cpu {
    struct vcpu *current; /**< whose address space and TSS are loaded; NULL before the first */
    uint32_t pending;     /**< enum pending_work; tested once on the way out */
};

extern struct cpu boot_cpu;

/** @return the CPU that this code runs on. */
static inline struct cpu *cpu_this(void)
{
    return &boot_cpu;
}

#endif
