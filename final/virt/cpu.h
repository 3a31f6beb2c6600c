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
    PENDING_PLAN = 4,       /**< next_plan begins at once */
    PENDING_END = 8,        /**< the run is over: its last major frame is */
};

/** What a switch between partitions has to do beside the usual. */
enum switch_work {
    SWITCH_DEBUG = 1, /**< somebody uses debug registers, or did */
    SWITCH_FPU = 2,   /**< the FPU's last instruction is not saved and loaded: always */
};

struct plan;
struct slot;

struct cpu {
    uint32_t pending; /**< enum pending_work; tested once on the way out. entry.S wants it first */
    struct vcpu *current; /**< whose address space, TSS and FPU state are loaded; or NULL */
    struct vcpu *running; /**< the same if its execution clock runs, else NULL */
    uint64_t run_since;   /**< since when it runs: a value of the TSC */
    uint32_t when_raised; /**< what is pending when a partition that does not run gets an interrupt:
                             PENDING_RESCHEDULE in unassigned time, else nothing */
    bool slot_is_new;     /**< its partition has not run yet since it began */
    uint32_t frames;      /**< major frames that are over */
    uint32_t last_frame;  /**< the run ends when so many are; 0: never */
    bool debug_loaded;    /**< the debug registers are somebody's */
    uint32_t at_switch;   /**< enum switch_work: what few machines and few partitions need */
    struct slot *slot, *plan_end;
    uint32_t fraction;      /**< 2^-32 ticks that the major frames so far have left over */
    uint64_t slot_end;      /**< a value of the TSC */
    struct plan *plan;      /**< in force */
    struct plan *next_plan; /**< that will be at the end of the major frame */
};

_Static_assert(offsetof(struct cpu, pending) == 0, "entry.S counts on it");
_Static_assert(sizeof(void *) > 4 || offsetof(struct cpu, current) == CPU_CURRENT,
               "entry.S counts on it; the host tests have longer pointers");

extern struct cpu boot_cpu;

/** @return the CPU that this code runs on. */
static inline struct cpu *cpu_this(void)
{
    return &boot_cpu;
}

#endif
