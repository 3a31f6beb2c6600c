/* core/reference.c: the TSC against an HPET of any period, one that stands still, and what CPUID's
 * leaf 15H tells.
 *
 * since: final
 * sources: core/reference.c
 * flags: -DSTUB_CPUID
 */
#include "host.h"

#include "core/clock.h"
#include "core/reference.h"
#include "hw/cpu.h"
#include "hw/hpet.h"
#include "hw/tsc.h"

static uint64_t now_tsc, hz;
static uint32_t period; /* of the HPET, fs; 0: there is none */
static bool stands_still;
static struct cpuid leaf_15h;
static uint32_t highest_leaf;

/* Each reading takes a microsecond, half of it before the value is taken. */
static void half_a_microsecond(void)
{
    now_tsc += hz / 2000000;
}

uint64_t tsc_read(void)
{
    return now_tsc;
}

uint32_t hpet_start(void)
{
    return period;
}

uint32_t hpet_read(void)
{
    unsigned __int128 fs;

    half_a_microsecond();
    fs = (unsigned __int128)now_tsc * 1000000000000000ull / hz;
    half_a_microsecond();
    return stands_still ? 77 : (uint32_t)(fs / period);
}

struct cpuid host_cpuid(uint32_t leaf)
{
    struct cpuid highest = {.eax = highest_leaf};

    return leaf == 0 ? highest : leaf_15h;
}

uint64_t clock_tsc_hz(void)
{
    return hz;
}

static uint64_t off_by_ppm(uint64_t found)
{
    uint64_t difference = found > hz ? found - hz : hz - found;

    return (uint64_t)((unsigned __int128)difference * 1000000 / hz);
}

int main(void)
{
    static const uint64_t frequencies[] = {50000000, 1000000000, 2893438000, 5800000000};
    static const uint32_t periods[] = {100000, 10000000, 41666667, 69841279, 100000000};
    const char *name = NULL;

    highest_leaf = 0x0D;
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++)
        for (size_t j = 0; j < sizeof periods / sizeof *periods; j++) {
            uint64_t found;

            hz = frequencies[i];
            period = periods[j];
            now_tsc = host_random_bits() >> 20;
            found = reference_hz(&name);
            CHECK(off_by_ppm(found) <= reference_error(clock_tsc_hz()) + 8,
                  "%llu Hz by %u fs: %llu, to %u ppm", (unsigned long long)hz, period,
                  (unsigned long long)found, reference_error(clock_tsc_hz()));
            CHECK(reference_error(clock_tsc_hz()) >= 40 && reference_error(clock_tsc_hz()) <= 42,
                  "%u ppm", reference_error(clock_tsc_hz()));
            CHECK(name[4] == 'H', "%s", name);
        }

    hz = 1000000000;
    stands_still = true;
    CHECK(reference_hz(&name) == 0, "a counter that stands still, and nothing else");
    period = 0;
    CHECK(reference_hz(&name) == 0, "no HPET, and nothing else");

    leaf_15h = (struct cpuid){.eax = 2, .ebx = 216, .ecx = 24000000};
    CHECK(reference_hz(&name) == 0, "the CPU has no such leaf");
    highest_leaf = 0x15;
    CHECK(reference_hz(&name) == 2592000000, "24 MHz * 216 / 2");
    CHECK(name[0] == 'C' && reference_error(clock_tsc_hz()) == 0, "%s", name);
    leaf_15h.ecx = 0;
    CHECK(reference_hz(&name) == 0, "the crystal's frequency is not told");
    leaf_15h = (struct cpuid){.eax = 0, .ebx = 216, .ecx = 24000000};
    CHECK(reference_hz(&name) == 0, "no ratio");
    return host_result();
}
