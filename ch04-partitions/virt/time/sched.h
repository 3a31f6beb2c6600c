/**
 * @file
 * virt: who runs next. In this chapter one partition after another, each to its end.
 */
#ifndef VIRT_TIME_SCHED_H
#define VIRT_TIME_SCHED_H

#include "virt/cpu.h"

/** Runs the first partition. */
void sched_start(void) __attribute__((noreturn));

/**
 * Chooses who runs, and loads its address space and its TSS.
 * @return the frame to return to. When no partition can run any more it does not return: the
 *         run is over.
 */
struct trap_frame *sched_resume(void);

/** Sets what decides at the end whether the run was a success; without one, sched_summary(). */
void sched_set_verdict(bool (*verdict)(void));

/** Prints how each partition ended. @return whether none of them says that something went wrong */
bool sched_summary(void);

#endif
