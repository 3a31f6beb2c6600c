/**
 * @file
 * virt: the scheduler: a cyclic plan, kept whatever the partitions do.
 */
#ifndef VIRT_SCHED_H
#define VIRT_SCHED_H

#include "virt/cpu.h"

/**
 * Gets the system's plan ready.
 * @param name  of the plan to keep; NULL: the first. Panics when there is none of that name.
 */
void sched_init(const struct system *system, const char *name);

/** What happens when the timer's event is due, for timer_init(). @param now  the TSC */
void sched_timer_event(uint64_t now);

/** Starts the first major frame. */
void sched_start(void) __attribute__((noreturn));

/**
 * Does what is pending, and finds out who runs: the slot's partition, or nobody until something
 * happens.
 * @return the frame to return to
 */
struct trap_frame *sched_resume(void);

/** Begins the first plan again, now, as if the system had just started. */
void sched_restart(void);

/**
 * Ends the run: prints what waits and the plan against what was measured, and powers off.
 * @param well  whether all is well, if the partitions' results say so too
 */
void sched_finish(bool well) __attribute__((noreturn));

#endif
