/* core: calibration, and the clock that comes of it.
 *
 * The textbook measures one count of 1/100 s and multiplies by 100. That count is 11931.82, the
 * PIT takes 11931, and the result is 69 millionths low however well it was measured. Here the
 * ticks are divided by the count that was really used, and the difference of a long and a short
 * measurement is free of what each of them costs: writing, loading, polling, reading the TSC. */
#include "core/clock.h"

#include "hw/cpu.h"
#include "hw/pit.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "klib/panic.h"
#include "klib/printf.h"

enum {
    SHORT_COUNT = 1193,            /* about 1 ms */
    LONG_COUNT = 25 * SHORT_COUNT, /* about 25 ms */
    QUIET = 24,                    /* so many short counts of a long one go by unobserved */
};

static struct clock_calibration calibration;
static uint64_t tsc_start;
static uint64_t ns_per_tick;  /* 32.32 */
static uint64_t ticks_per_ns; /* 32.32 */

static uint64_t measure(uint16_t count, uint64_t quiet)
{
    uint64_t ticks = pit_measure(count, quiet);

    if (!ticks)
        panic("PIT channel 2 does not count, so there is nothing to measure the TSC against. Look "
              "in the firmware's settings for its clock (`8254 clock gating`)");
    return ticks;
}

/* One round: what a long count takes beyond a short one is the PIT's time and nothing else. */
static uint64_t measure_hz(void)
{
    uint64_t short_ticks = measure(SHORT_COUNT, 0);
    uint64_t long_ticks = measure(LONG_COUNT, short_ticks * QUIET);

    return div64((long_ticks - short_ticks) * PIT_HZ, LONG_COUNT - SHORT_COUNT, NULL);
}

/* What a measurement takes besides its count, now that the frequency is known. */
static int32_t measure_overhead(void)
{
    return (int32_t)(measure(SHORT_COUNT, 0) - div64(clock_tsc_hz() * SHORT_COUNT, PIT_HZ, NULL));
}

static void insert_sorted(uint64_t *sorted, uint32_t count, uint64_t value)
{
    for (; count && sorted[count - 1] > value; count--)
        sorted[count] = sorted[count - 1];
    sorted[count] = value;
}

/* Ticks a nanosecond, 32.32: the TSC's hertz divided by 10^9, whole part and fraction apart. */
static uint64_t ratio_of_hz(uint64_t hz)
{
    uint32_t rest;
    uint64_t whole = div64(hz, NS_PER_SECOND, &rest);

    return whole << 32 | div64((uint64_t)rest << 32, NS_PER_SECOND, NULL);
}

void clock_init(void)
{
    if (!(cpuid(1).edx & CPUID_1_EDX_TSC))
        panic("this CPU has no time stamp counter (CPUID.1:EDX bit 4)");
    for (uint32_t i = 0; i < CLOCK_ROUNDS; i++)
        insert_sorted(calibration.hz, i, measure_hz());
    if (clock_tsc_hz() < NS_PER_US)
        panic("the TSC ticks at %llu Hz, which cannot be", clock_tsc_hz());
    calibration.overhead = measure_overhead();
    ns_per_tick = ratio_shift32(clock_tsc_hz(), NS_PER_SECOND);
    ticks_per_ns = ratio_of_hz(clock_tsc_hz());
    tsc_start = tsc_read();
}

const struct clock_calibration *clock_calibration(void)
{
    return &calibration;
}

uint64_t clock_tsc_hz(void)
{
    return calibration.hz[CLOCK_ROUNDS / 2];
}

uint64_t clock_from_ticks(uint64_t ticks)
{
    return mul_shift32(ticks, ns_per_tick);
}

uint64_t clock_from_tsc(uint64_t tsc)
{
    return clock_from_ticks(tsc - tsc_start);
}

uint64_t clock_to_tsc(uint64_t ns)
{
    return tsc_start + mul_shift32(ns, ticks_per_ns);
}

uint64_t clock_now(void)
{
    return clock_from_tsc(tsc_read());
}

void clock_print(void)
{
    uint64_t lowest = calibration.hz[0], highest = calibration.hz[CLOCK_ROUNDS - 1];
    uint32_t ps = (uint32_t)(mul_shift32(2000, ns_per_tick) + 1) / 2, khz_rest; /* rounded */
    uint64_t khz = div64(clock_tsc_hz(), 1000, &khz_rest);

    printf("TSC: %llu.%03u kHz, median of %u rounds, spread %llu Hz; a tick is %u.%03u ns.\n", khz,
           khz_rest, CLOCK_ROUNDS, highest - lowest, ps / 1000, ps % 1000);
}
