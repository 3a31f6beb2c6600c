/**
 * @file
 * hw: the state of the x87 FPU and of SSE (Intel SDM vol. 1, 10.5; vol. 2A, FXSAVE).
 */
#ifndef HW_FPU_H
#define HW_FPU_H

#include "klib/types.h"

/** What fxsave writes and fxrstor reads. */
struct fpu_state {
    uint8_t bytes[512];
} __attribute__((aligned(16)));

/**
 * Turns the FPU and SSE on and remembers their state after reset.
 * Panics when the CPU has no fxsave.
 */
void fpu_init(void);

/** Writes the state as it is after reset: control words at their defaults, registers empty. */
void fpu_clean(struct fpu_state *state);

static inline void fpu_save(struct fpu_state *state)
{
    __asm__ volatile("fxsave %0" : "=m"(*state));
}

static inline void fpu_load(const struct fpu_state *state)
{
    __asm__ volatile("fxrstor %0" : : "m"(*state));
}

#endif
