/* core: references for the TSC besides the PIT. */
#include "core/reference.h"

#include "hw/cpu.h"
#include "hw/hpet.h"
#include "hw/tsc.h"
#include "klib/math64.h"

enum {
    ROUND_NS = 25000000,
    SECOND_NS = 1000000000,
    FS_PER_NS = 1000000,
    POLLS_AT_MOST = 1 << 24, /* a counter that stands still ends a round as well */
    CPUID_TSC = 0x15,        /* leaf: TSC and crystal (Intel SDM vol. 2A, CPUID) */
};

static uint64_t longest_reading; /* ticks of the TSC */

/* A reading of the counter, and the TSC in the middle of it. */
static uint32_t read_both(uint64_t *tsc)
{
    uint64_t before = tsc_read(), after;
    uint32_t count = hpet_read();

    after = tsc_read();
    if (after - before > longest_reading)
        longest_reading = after - before;
    *tsc = before + (after - before) / 2;
    return count;
}

static uint64_t measure_by_hpet(uint32_t period_fs)
{
    uint32_t wanted = (uint32_t)div64((uint64_t)ROUND_NS * FS_PER_NS, period_fs, NULL);
    uint64_t start, end, ns;
    uint32_t first = read_both(&start), passed = 0;

    for (uint32_t polls = 0; passed < wanted; polls++) {
        if (polls == POLLS_AT_MOST)
            return 0;
        passed = hpet_read() - first;
    }
    passed = read_both(&end) - first;
    ns = div64((uint64_t)passed * period_fs, FS_PER_NS, NULL);
    if (ns >> 32 || (end - start) >> 34) /* the host was away for seconds, or that is no counter */
        return 0;
    return div64((end - start) * SECOND_NS, (uint32_t)ns, NULL);
}

/* The crystal's frequency and the TSC's multiple of it, where the CPU knows both. */
static uint64_t told_by_cpu(void)
{
    struct cpuid ratio;

    if (cpuid(0).eax < CPUID_TSC)
        return 0;
    ratio = cpuid(CPUID_TSC);
    if (!ratio.eax || !ratio.ebx)
        return 0;
    return div64((uint64_t)ratio.ecx * ratio.ebx, ratio.eax, NULL);
}

uint64_t reference_hz(const char **name)
{
    uint32_t period_fs = hpet_start();
    uint64_t hz = period_fs ? measure_by_hpet(period_fs) : 0;

    if (hz) {
        *name = "the HPET";
        return hz;
    }
    longest_reading = 0;
    *name = "CPUID's leaf 15H";
    return told_by_cpu();
}

uint32_t reference_error(uint64_t tsc_hz)
{
    uint64_t ticks = div64(tsc_hz, SECOND_NS / ROUND_NS, NULL); /* in a round */

    if (!longest_reading || ticks >> 32)
        return 0;
    return (uint32_t)div64(longest_reading * 1000000, (uint32_t)ticks, NULL) + 1;
}
