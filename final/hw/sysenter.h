/**
 * @file
 * hw: `sysenter`, a system call with no memory access (Intel SDM vol. 3A, 5.8.7).
 */
#ifndef HW_SYSENTER_H
#define HW_SYSENTER_H

#include "klib/types.h"

/**
 * Leads `sysenter` to entry.S, if this CPU has it.
 * @param stack  the top of the CPU's stack: nobody is on it while a partition runs
 */
void sysenter_init(void *stack);

/** @return whether partitions can use it. */
bool sysenter_present(void);

#endif
