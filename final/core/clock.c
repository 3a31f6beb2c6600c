/* core: calibration, and the clock that comes of it.
 *
 * The textbook measures one count of 1/100 s and multiplies by 100. That count is 11931.82, the
 * PIT takes 11931, and the result is 69 millionths low however well it was measured. Here the
 * ticks are divided by the count that was really used, and the difference of a long and a short
 * measurement is free of what each of them costs: writing, loading, polling, reading the TSC. */
#include "core/clock.h"

#include "core/reference.h"
#include "hw/cpu.h"
#include "hw/hpet.h"
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

struct clock_scale clock_scale;

static struct clock_calibration calibration;
static uint64_t ticks_per_ns; /* 32.32 */

static const char *reference; /* what was measured against, if it was not the PIT */

/* One round: what a long count takes beyond a short one is the PIT's time and nothing else. 0 where
 * the PIT does not count. */
static uint64_t measure_hz(void)
{
    uint64_t short_ticks = pit_measure(SHORT_COUNT, 0);
    uint64_t long_ticks = short_ticks ? pit_measure(LONG_COUNT, short_ticks * QUIET) : 0;

    if (long_ticks <= short_ticks)
        return 0;
    return div64((long_ticks - short_ticks) * PIT_HZ, LONG_COUNT - SHORT_COUNT, NULL);
}

/* What a measurement takes besides its count, now that the frequency is known. */
static int32_t measure_overhead(void)
{
    if (reference)
        return 0;
    return (int32_t)(pit_measure(SHORT_COUNT, 0) -
                     div64(clock_tsc_hz() * SHORT_COUNT, PIT_HZ, NULL));
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

/* Nanoseconds a tick, to 32 significant bits: what is cut off is less than 2^-31 of it, half a
 * nanosecond a second, and a partition reads the clock with two multiplications. */
static void set_scale(uint64_t ns_per_tick)
{
    for (clock_scale.shift = 0; ns_per_tick >> 32; clock_scale.shift++)
        ns_per_tick >>= 1;
    clock_scale.factor = (uint32_t)ns_per_tick;
    clock_scale.short_ticks = UINT32_MAX >> clock_scale.shift;
    clock_scale.start = tsc_read();
}

static uint64_t measure_round(void)
{
    uint64_t hz = reference ? 0 : measure_hz();

    if (!hz)
        hz = reference_hz(&reference);
    if (!hz)
        panic("nothing to measure the TSC against: the PIT does not count, there is no HPET at "
              "0x%08x, and CPUID's leaf 15H does not tell",
              HPET_PHYSICAL);
    return hz;
}

static void print_reference(void)
{
    uint64_t spread = calibration.hz[CLOCK_ROUNDS - 1] - calibration.hz[0];

    printf("The PIT does not count. The TSC by %s: %llu Hz, to %u ppm, spread %llu Hz.\n",
           reference, clock_tsc_hz(), reference_error(clock_tsc_hz()), spread);
}

bool clock_has_pit(void)
{
    return !reference;
}

void clock_init(void)
{
    if (!(cpuid(1).edx & CPUID_1_EDX_TSC))
        panic("this CPU has no time stamp counter (CPUID.1:EDX bit 4)");
    for (uint32_t i = 0; i < CLOCK_ROUNDS; i++)
        insert_sorted(calibration.hz, i, measure_round());
    if (clock_tsc_hz() < NS_PER_US)
        panic("the TSC ticks at %llu Hz, which cannot be", clock_tsc_hz());
    calibration.overhead = measure_overhead();
    ticks_per_ns = ratio_of_hz(clock_tsc_hz());
    set_scale(ratio_shift32(clock_tsc_hz(), NS_PER_SECOND));
    if (reference)
        print_reference();
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
    return clock_scale_ticks(ticks);
}

uint64_t clock_from_tsc(uint64_t tsc)
{
    return clock_from_ticks(tsc - clock_scale.start);
}

/* Both factors are rounded down, so the first product is too small by some billionths. What is
 * missing is converted again, but for the last nanosecond: a clock that is rounded down may miss
 * almost that much more. So a few ticks are left to count, no more than fit into two
 * nanoseconds. */
uint64_t clock_to_ticks(uint64_t ns)
{
    uint64_t ticks = mul_shift32(ns, ticks_per_ns), missing = ns - clock_from_ticks(ticks);

    if (missing > 1)
        ticks += mul_shift32(missing - 1, ticks_per_ns);
    while (clock_from_ticks(ticks) < ns)
        ticks++;
    return ticks;
}

uint64_t clock_to_tsc(uint64_t ns)
{
    return clock_scale.start + clock_to_ticks(ns);
}

uint64_t clock_now(void)
{
    return clock_from_tsc(tsc_read());
}

void clock_print(void)
{
    uint64_t lowest = calibration.hz[0], highest = calibration.hz[CLOCK_ROUNDS - 1];
    uint32_t ps = (uint32_t)(clock_from_ticks(2000) + 1) / 2, khz_rest; /* rounded */
    uint64_t khz = div64(clock_tsc_hz(), 1000, &khz_rest);

    printf("TSC: %llu.%03u kHz, median of %u rounds, spread %llu Hz; a tick is %u.%03u ns.\n", khz,
           khz_rest, CLOCK_ROUNDS, highest - lowest, ps / 1000, ps % 1000);
}
