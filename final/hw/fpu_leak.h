/**
 * @file
 * hw: what AMD's fxsave leaves out (CVE-2006-1056).
 */
#ifndef HW_FPU_LEAK_H
#define HW_FPU_LEAK_H

#include "klib/types.h"

/**
 * Do fxsave and fxrstor of this CPU keep the last FPU instruction's address, operand and opcode
 * only while an exception is pending? Then the next partition sees them, unless fpu_forget() is
 * called.
 */
bool fpu_leaks(void);

/** Makes the last FPU instruction one of the hypervisor's own. Behind fxsave, before fxrstor. */
void fpu_forget(void);

#endif
