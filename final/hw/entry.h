/**
 * @file
 * hw: what entry.S calls, and what it defines.
 */
#ifndef HW_ENTRY_H
#define HW_ENTRY_H

#include "hw/trap.h"

/** Addresses of the 256 first instructions, one a vector. */
extern const uint32_t entry_stubs[];

/**
 * First C function for a trap or interrupt of the hypervisor itself (core/trap.c). Returning
 * resumes what was interrupted, with the registers as they are in the frame.
 */
void trap_dispatch(struct trap_frame *frame);

/** First C function after a double fault's task switch, on a stack of its own. */
void double_fault(void) __attribute__((noreturn));

#endif
