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
 * Every trap's and interrupt's first C function (core/trap.c). Returning resumes what was
 * interrupted, with the registers as they are in the frame.
 */
void trap_dispatch(struct trap_frame *frame);

/** First C function after a double fault's task switch, on a stack of its own. */
void double_fault(void) __attribute__((noreturn));

#endif
