/**
 * @file
 * virt: the one way out of the hypervisor: everything that is pending is decided and done here, and
 * then somebody runs.
 */
#ifndef VIRT_CALL_RESUME_H
#define VIRT_CALL_RESUME_H

#include "hw/trap.h"

/**
 * Does what is pending, until a partition can run; sleeps while nobody can.
 * @return the frame to return to
 */
struct trap_frame *resume(void);

/** Runs the partitions, by the plan that plans_init() chose. */
void resume_first(void) __attribute__((noreturn));

#endif
