/**
 * @file
 * virt: the scheduler: a cyclic plan, kept whatever the partitions do.
 */
#ifndef VIRT_TIME_SCHED_H
#define VIRT_TIME_SCHED_H

#include "virt/cpu.h"

/**
 * Gets the system's plan ready.
 * @param name  of the plan to keep; NULL: the first. Panics when there is none of that name.
 */
void sched_init(const struct system *system, const char *name);

/** Starts the first major frame. */
void sched_start(void) __attribute__((noreturn));

/**
 * Does what is pending, and finds out who runs: the slot's partition, or nobody until something
 * happens.
 * @return the frame to return to
 */
struct trap_frame *sched_resume(void);

#endif
