/**
 * @file
 * virt: the scheduler: a cyclic plan, kept whatever the partitions do.
 */
#ifndef VIRT_SCHED_H
#define VIRT_SCHED_H

#include "virt/cpu.h"

/** What happens when the timer's event is due, for timer_init(). @param now  the TSC */
void sched_timer_event(uint64_t now);

/** Starts the first major frame of the plan that plans_init() chose. */
void sched_start(void) __attribute__((noreturn));

/** The partition gives the processor up. Others do not get it earlier for that: their slots
 * stay. */
void sched_rest(struct vcpu *v, enum vcpu_resting how);

/** Can it run now? Then it does not rest any more. */
bool sched_can_run(const struct cpu *cpu, struct vcpu *v);

/**
 * Does what is pending, and finds out who runs: the slot's partition, or nobody until something
 * happens.
 * @return the frame to return to
 */
struct trap_frame *sched_resume(void);

/**
 * Ends the run: prints what waits and the plan against what was measured, and powers off.
 * @param well  whether all is well, if the partitions' results say so too
 */
void sched_finish(bool well) __attribute__((noreturn));

/** The execution clock of whoever ran stands still from now on. */
void sched_stop_clock(struct cpu *cpu);

#endif
