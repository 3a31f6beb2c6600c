/**
 * @file
 * virt: a cyclic plan, made ready to run: every number is in ticks of the TSC, gaps are slots of
 * their own, and the next slot is the next element.
 */
#ifndef VIRT_TIME_PLAN_H
#define VIRT_TIME_PLAN_H

#include "virt/cpu.h"
#include "virt/raise.h"

/** A slot, and how its starts went. */
struct slot {
    uint64_t start, end;           /**< from the major frame's start, in ticks of the TSC */
    uint64_t length;               /**< end - start */
    struct vcpu *vcpu;             /**< NULL: nobody's time */
    bool flush;                    /**< the caches are emptied when it begins */
    uint32_t runs;                 /**< how often its partition ran in it */
    uint32_t error_min, error_max; /**< how late it started, in ticks of the TSC */
};

/** A plan. Its slots follow each other without a gap from 0 to the major frame's end. */
struct plan {
    const char *name;
    uint32_t number;      /**< its place in the description */
    uint64_t major_frame; /**< ticks of the TSC */
    uint32_t fraction;    /**< and so much more, in 2^-32 ticks: no frame is too short in the end */
    uint32_t frames;      /**< major frames of it that are over */
    uint32_t slot_count;
    struct slot slots[2 * SYSTEM_SLOTS_MAX + 1];
};

/**
 * Makes a plan ready.
 * Panics when its slots overlap, pass the major frame's end or name an unknown partition.
 */
void plan_init(struct plan *plan, const struct system_plan *config);

/** @return when the CPU's slot began, by the plan: a value of the TSC. */
static inline uint64_t cpu_slot_start(const struct cpu *cpu)
{
    return cpu->slot_end - cpu->slot->length;
}

/** A slot that begins later than that, in ticks of the TSC, and later than it ever did, is an event
 * for the health monitor. */
extern uint32_t plan_late;

/** Notes that a slot's partition starts. @param error  ticks of the TSC since the planned moment */
static inline void plan_note_start(struct slot *slot, uint32_t error)
{
    slot->runs++;
    if (error < slot->error_min)
        slot->error_min = error;
    if (error > slot->error_max) {
        slot->error_max = error;
        if (error > plan_late)
            raise_late(slot->vcpu, error);
    }
}

/** @return how late the latest start of a slot was, in us. */
uint32_t plan_latest_us(const struct plan *plan);

/** Prints the plan against what was measured. */
void plan_print(const struct plan *plan);

#endif
