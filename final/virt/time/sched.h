/**
 * @file
 * virt: the scheduler: a cyclic plan, kept whatever the partitions do.
 */
#ifndef VIRT_TIME_SCHED_H
#define VIRT_TIME_SCHED_H

#include "virt/cpu.h"

/** What happens when the timer's event is due, for timer_init(). @param now  the TSC */
void sched_timer_event(uint64_t now);

/** Begins the first major frame of the plan that plans_init() chose. */
void sched_start(void);

/**
 * Does what is pending to the plan, and finds out who runs: the slot's partition, whoever has
 * unassigned time, or nobody.
 * @return the frame to return to; or NULL: something is pending, or nobody runs until there is
 */
struct trap_frame *sched_next(struct cpu *cpu);

#endif
