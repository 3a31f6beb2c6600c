/**
 * @file
 * virt: the plans of a system. One is in force; another one begins at the end of the major frame
 * when a system partition asks for it, or at once when the health monitor does.
 */
#ifndef VIRT_TIME_PLANS_H
#define VIRT_TIME_PLANS_H

#include "virt/cpu.h"
#include "virt/time/plan.h"
#include "virt/time/trace_slot.h"

/**
 * Gets the system's plans ready.
 * @param name  of the one to begin with; NULL: the first. Panics when there is none of that name.
 */
void plans_init(const struct system *system, const char *name);

/**
 * Asks for a plan from the end of the major frame on; of several requests in a major frame the last
 * one counts, and one for the plan in force takes an earlier one back.
 * @return BH_OK; BH_EINVAL: there is no such plan
 */
int32_t plans_request(uint32_t plan);

/** @return how late the latest start of a slot was, in us, in all plans. */
uint32_t plans_latest_us(void);

/** Prints each plan that was in force, against what was measured. */
void plans_print(void);

/** Fills in a plan status. */
void plans_status(struct bh_plan_status *status);

/**
 * The health monitor's: this plan begins before any partition runs again, with its first slot; what
 * was asked for is forgotten. Nothing happens when it is in force already.
 */
void plans_switch_now(uint32_t plan);

/** As plans_switch_now(), but also the plan in force begins again. */
void plans_restart(uint32_t plan);

/** For the scheduler: the first major frame begins at cpu->slot_end. @return its first slot */
struct slot *plans_first_frame(const struct cpu *cpu);

/** The rest of plans_next_frame(), when the run ends or another plan comes into force. */
struct slot *plans_another(struct cpu *cpu);

/**
 * For the scheduler: a major frame is over, or is broken off. The next one may be of another plan.
 * The end of the run is pending when it was the last.
 * @return the next major frame's first slot
 */
static inline struct slot *plans_next_frame(struct cpu *cpu)
{
    struct plan *plan = cpu->plan;

    plan->frames++;
    cpu->fraction += plan->fraction;
    cpu->slot_end += cpu->fraction < plan->fraction; /* a whole tick has come together */
    if (++cpu->frames == cpu->last_frame || plan != cpu->next_plan)
        return plans_another(cpu);
    if (trace_wants(BH_TRACE_PLAN))
        trace_frame_begins(cpu);
    return plan->slots;
}

#endif
