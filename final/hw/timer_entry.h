/**
 * @file
 * hw: the timer's interrupt has a way of its own through entry.S, as hypercalls have: it is what a
 * slot's beginning waits for.
 */
#ifndef HW_TIMER_ENTRY_H
#define HW_TIMER_ENTRY_H

/** The vector of the local APIC's timer. */
#define TIMER_VECTOR 0xF0

#ifndef __ASSEMBLER__

#include "hw/trap.h"

/**
 * Handles the timer's interrupt out of a partition (virt/call/resume.c).
 * @param frame  the current vCPU's
 * @return the frame to return to
 */
struct trap_frame *timer_trap(struct trap_frame *frame);

#endif
#endif
