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
    PENDING_RESCHEDULE = 1, /**< another partition, another timer setting, or nobody */
    PENDING_VIRQ = 2,       /**< a virtual interrupt may be deliverable */
};

struct slot;

struct cpu {
    struct vcpu *current; /**< whose address space, TSS and FPU state are loaded; or NULL */
    uint32_t pending;     /**< enum pending_work; tested once on the way out */
    bool slot_is_new;     /**< its partition has not run yet since it began */
    uint32_t frames;      /**< major frames that are over */
    struct slot *slot, *plan_end;
    uint64_t frame_start, slot_start, slot_end; /**< values of the TSC */
};

extern struct cpu boot_cpu;

/** @return the CPU that this code runs on. */
static inline struct cpu *cpu_this(void)
{
    return &boot_cpu;
}

#endif
