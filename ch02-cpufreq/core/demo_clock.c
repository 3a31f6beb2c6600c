/* core: chapter 2's demonstration: the calibration's rounds, the arithmetic of the PIT's count, and
 * the finished clock beside the PIT. Later chapters drop this file and keep the clock. */
#include "core/demo_clock.h"

#include "core/clock.h"
#include "hw/pit.h"
#include "klib/math64.h"
#include "klib/printf.h"

static void print_rounds(void)
{
    const struct clock_calibration *c = clock_calibration();

    printf("The TSC against PIT channel 2, %u rounds, sorted:\n", CLOCK_ROUNDS);
    for (uint32_t i = 0; i < CLOCK_ROUNDS; i++)
        printf("  %llu Hz%s\n", c->hz[i], i == CLOCK_ROUNDS / 2 ? "  (the median counts)" : "");
    printf("A measurement takes %d ticks more than its count.\n", c->overhead);
}

/* A count of n makes 1193182 / n interrupts a second; in thousandths of a hertz. */
static void print_latch(uint32_t latch)
{
    uint32_t millihertz = (uint32_t)div64((uint64_t)PIT_HZ * 1000, latch, NULL);
    uint32_t us = (uint32_t)div64((uint64_t)latch * 1000000, PIT_HZ, NULL);

    printf("  LATCH %5u: %4u.%03u Hz, a period of %2u.%03u ms\n", latch, millihertz / 1000,
           millihertz % 1000, us / 1000, us % 1000);
}

/* (a - b) / b, in millionths. */
static int32_t ppm(uint64_t a, uint64_t b)
{
    bool more = a > b;
    uint64_t difference = more ? a - b : b - a;
    int32_t ratio;

    for (; b >> 32; b >>= 1)
        difference >>= 1;
    ratio = (int32_t)div64(difference * 1000000, (uint32_t)b, NULL);
    return more ? ratio : -ratio;
}

/* PRTOS and many others: wait LATCH = rate / 100 clocks, call that 1/100 s, multiply by 100. */
static void print_textbook_way(void)
{
    uint16_t latch = PIT_HZ / 100;
    uint64_t hz = (pit_measure(latch, 0) - (uint64_t)(int64_t)clock_calibration()->overhead) * 100;

    printf("The textbook way, LATCH %u times 100: %llu Hz, off by %d ppm.\n", latch, hz,
           ppm(hz, clock_tsc_hz()));
}

/* The same stretch of time, by the PIT's count and by the clock. */
static void print_agreement(uint16_t count)
{
    uint64_t before = clock_now(), after, pit_ns;

    pit_measure(count, 0);
    after = clock_now();
    pit_ns = div64((uint64_t)count * NS_PER_SECOND, PIT_HZ, NULL);
    printf("  PIT %5u clocks = %8llu ns, clock %8llu ns, difference %d ppm\n", count, pit_ns,
           after - before, ppm(after - before, pit_ns));
}

void demo_clock(void)
{
    print_rounds();
    printf("The PIT counts down at %u Hz:\n", PIT_HZ);
    print_latch(PIT_MAX_COUNT);
    print_latch(PIT_HZ / 100);
    print_textbook_way();
    clock_print();
    printf("Do the clock and the PIT agree?\n");
    print_agreement(1193);
    print_agreement(11932);
    print_agreement(23864);
}
