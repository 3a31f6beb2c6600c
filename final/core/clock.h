/**
 * @file
 * core: time in nanoseconds since the clock started, from the TSC.
 *
 * Start-up measures the TSC against the PIT, once, or where that does not count against another
 * reference (core/reference.h). After that a reading costs one rdtsc and two
 * multiplications; there is no division on its path.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include "klib/math64.h"
#include "klib/types.h"

enum {
    NS_PER_SECOND = 1000000000,
    NS_PER_US = 1000,
    CLOCK_ROUNDS = 5, /**< measurements of a calibration; odd, so that there is a middle one */
};

/** What a calibration found. */
struct clock_calibration {
    uint64_t hz[CLOCK_ROUNDS]; /**< the TSC's frequency by each round, sorted */
    int32_t overhead;          /**< TSC ticks that a measurement takes beyond its count */
};

/** The clock reads (((tsc - start) << shift) * factor) / 2^32 ns, in integers, rounded down. */
struct clock_scale {
    uint64_t start;
    uint32_t factor, shift;
    uint32_t short_ticks; /**< so many ticks, or fewer, are less than 2^32 ns */
};

/**
 * Measures the TSC's frequency and starts the clock at 0.
 * Panics when the CPU has no TSC, or there is nothing to measure it against.
 */
void clock_init(void);

/** @return whether the PIT counts, so that it can be a timer as well. */
bool clock_has_pit(void);

/** @return what clock_init() measured. */
const struct clock_calibration *clock_calibration(void);

/** @return the TSC's frequency in Hz: the median of the rounds. */
uint64_t clock_tsc_hz(void);

/** @return nanoseconds since clock_init(). It never runs backwards. */
uint64_t clock_now(void);

/** @return how long so many ticks of the TSC are, in ns. */
uint64_t clock_from_ticks(uint64_t ticks);

/** @return the reading of the clock, in ns, at which the TSC shows this value. */
uint64_t clock_from_tsc(uint64_t tsc);

/** The scale, also for partitions: what they compute is what clock_now() says, to the bit. */
extern struct clock_scale clock_scale;

/** As clock_from_ticks(), for hot paths. */
static inline uint64_t clock_scale_ticks(uint64_t ticks)
{
    return mul_fraction(shift_left64(ticks, clock_scale.shift), clock_scale.factor);
}

/**
 * The first value of the TSC at which the clock shows this time or a later one.
 * @param ns  below 2^60
 */
uint64_t clock_to_tsc(uint64_t ns);

/** @return the fewest ticks of the TSC that are so long or longer. @param ns  below 2^60 */
uint64_t clock_to_ticks(uint64_t ns);

/** Prints the calibration: rounds, spread, and what a tick of the TSC is. */
void clock_print(void);

#endif
