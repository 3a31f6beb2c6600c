/* core/clock.c: calibration and conversions with PITs and TSCs of all kinds, against 128-bit
 * numbers.
 *
 * since: ch02
 * sources: core/clock.c
 */
#include "host.h"

#include "core/clock.h"
#include "hw/pit.h"
#include "hw/tsc.h"

uint64_t clock_to_tsc(uint64_t ns) __attribute__((weak));   /* the first chapters have none */
uint64_t clock_to_ticks(uint64_t ns) __attribute__((weak)); /* final */

static uint64_t now_tsc, hz, overhead;
static uint32_t jitter; /* ticks that a poll may come late */
static bool dead;

uint64_t tsc_read(void)
{
    return now_tsc;
}

/* A TSC of `hz` beside a PIT that is right. */
uint64_t pit_measure(uint16_t count, uint64_t quiet)
{
    uint64_t exact = (uint64_t)((unsigned __int128)count * hz / PIT_HZ);

    CHECK(count >= PIT_MIN_MEASURE);
    CHECK(quiet < exact, "%llu quiet ticks of %llu", (unsigned long long)quiet,
          (unsigned long long)exact);
    if (dead)
        return 0;
    exact += overhead + (jitter ? host_random() % jitter : 0);
    now_tsc += exact;
    return exact;
}

/* final asks this where the PIT does not count. */
static uint64_t told_hz;
uint64_t reference_hz(const char **name);
uint32_t reference_error(void);

uint64_t reference_hz(const char **name)
{
    *name = "the test";
    return told_hz;
}

uint32_t reference_error(void)
{
    return 0;
}

void printf(const char *format, ...)
{
    (void)format;
}

static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static void conversions(void)
{
    uint64_t tsc_start = now_tsc, last = 0; /* clock_init() has just read it */

    CHECK(clock_now() == 0);
    for (int n = 0; n < 3000; n++) {
        uint64_t ticks = host_random_bits() >> 8, ns = clock_from_ticks(ticks);
        unsigned __int128 exact = (unsigned __int128)ticks * 1000000000 / clock_tsc_hz();
        /* The factor is rounded down to 2^-32: that is all that may be missing, and above 2^32 Hz
         * its own last bits. */
        uint64_t slack = (uint64_t)((unsigned __int128)ticks >> 32) + 2 + (uint64_t)(exact >> 30);

        if (exact >> 62)
            continue;
        CHECK(ns <= exact + (exact >> 30) + 1 && ns + slack >= exact,
              "%llu ticks at %llu Hz: %llu ns, not %llu", (unsigned long long)ticks,
              (unsigned long long)clock_tsc_hz(), (unsigned long long)ns,
              (unsigned long long)exact);
        CHECK(clock_from_tsc(tsc_start + ticks) == ns);
    }
    for (uint64_t us = 0; us < 1000000; us += 997) { /* it never runs backwards */
        now_tsc = tsc_start + (uint64_t)((unsigned __int128)us * hz / 1000000);
        CHECK(clock_now() >= last);
        last = clock_now();
        CHECK(difference(last, us * 1000) <= us / 125 + 3 + 1000000000 / hz, "%llu us: %llu ns",
              (unsigned long long)us, (unsigned long long)last);
    }
    for (int n = 0; clock_to_tsc && n < 3000; n++) {
        uint64_t ns = host_random_bits() >> 14, tsc = clock_to_tsc(ns);
        /* Both factors are cut at 2^-32, so what they differ by grows with time. */
        double cut = ((double)hz / 1e9 + 1e9 / (double)hz) / 4294967296.0;
        uint64_t slack = 3 + 2000000000 / hz + (uint64_t)((double)ns * cut * 2);

        /* In `final` it is the first tick at which the clock shows that time, to the tick. */
        CHECK(!clock_to_ticks || ns >> 60 ||
                  (clock_from_tsc(tsc) >= ns && (tsc == tsc_start || clock_from_tsc(tsc - 1) < ns)),
              "%llu ns: not at %llu", (unsigned long long)ns, (unsigned long long)tsc);
        CHECK(difference(clock_from_tsc(tsc), ns) <= slack, "%llu ns, there and back: %llu",
              (unsigned long long)ns, (unsigned long long)clock_from_tsc(tsc));
    }
}

static void run(const void *unused)
{
    (void)unused;
    now_tsc = host_random_bits() >> 2;
    clock_init();
    CHECK(difference(clock_tsc_hz(), hz) <= hz / 1000000 + hz * jitter / 25000000 + 2,
          "measured %llu Hz, not %llu", (unsigned long long)clock_tsc_hz(), (unsigned long long)hz);
    CHECK(difference((uint64_t)(int64_t)clock_calibration()->overhead, overhead) <= jitter + 2,
          "overhead %d, not %llu", clock_calibration()->overhead, (unsigned long long)overhead);
    for (int i = 1; i < CLOCK_ROUNDS; i++)
        CHECK(clock_calibration()->hz[i - 1] <= clock_calibration()->hz[i]);
    CHECK(clock_tsc_hz() == clock_calibration()->hz[CLOCK_ROUNDS / 2]);
    conversions();
    if (host_failures)
        _exit(1);
}

int main(void)
{
    static const uint64_t frequencies[] = {33333333,   41999999,   50000000,   999999999,
                                           1000000000, 1000000001, 2893438000, 4294967295,
                                           4294967296, 5800000000};

    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++)
        for (int n = 0; n < 4; n++) {
            struct host_end end;

            hz = frequencies[i];
            overhead = n & 1 ? hz / 1000000 : 0; /* 1 us */
            jitter = n & 2 ? (uint32_t)(hz / 10000000) : 0;
            end = host_case(run, NULL);
            CHECK(end.status == 0, "%llu Hz: ended with %d: %s", (unsigned long long)hz, end.status,
                  end.text);
        }
    dead = true;
    CHECK(host_case(run, NULL).status == HOST_PANIC);
    if (clock_to_ticks) { /* final */
        hz = told_hz = 2893438000;
        overhead = 0;
        jitter = 0;
        CHECK(host_case(run, NULL).status == 0, "by the other reference");
        told_hz = 0;
    }
    dead = false;
    hz = 900; /* too slow to be one */
    CHECK(host_case(run, NULL).status != 0);
    return host_result();
}
