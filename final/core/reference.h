/**
 * @file
 * core: what the TSC is measured against where the PIT does not count: the HPET, or what the CPU
 * itself says.
 */
#ifndef CORE_REFERENCE_H
#define CORE_REFERENCE_H

#include "klib/types.h"

/**
 * One round.
 * @param name  set to the reference's name
 * @return the TSC's frequency in Hz, or 0 where there is nothing to measure it against
 */
uint64_t reference_hz(const char **name);

/**
 * @return how wrong such a frequency can be, in millionths, besides the reference's own error: what
 *         a reading of the counter at each end takes, rounded up. 0 for a number that was told
 * @param tsc_hz  the frequency that came of it
 */
uint32_t reference_error(uint64_t tsc_hz);

#endif
