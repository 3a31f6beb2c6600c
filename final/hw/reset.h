/**
 * @file
 * hw: starting the whole machine again, as its reset button does, and knowing how often that was
 * done: in two bytes of the battery-backed CMOS memory, which a reset leaves alone.
 */
#ifndef HW_RESET_H
#define HW_RESET_H

#include "klib/types.h"

/** @return how often machine_reset() was called since power-on or the last reset_forget(). */
uint32_t reset_count(void);

/** The machine does what it is for: resets from now on are counted anew. */
void reset_forget(void);

/** Counts, and resets the machine: firmware and loader start us again. */
void machine_reset(void) __attribute__((noreturn));

#endif
