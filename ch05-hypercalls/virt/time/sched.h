/**
 * @file
 * virt: who runs next. In this chapter the partitions take turns when they yield.
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

#endif
