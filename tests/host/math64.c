/* klib/math64.h against the host's 128-bit arithmetic.
 *
 * since: ch01
 */
#include "host.h"

#include "klib/math64.h"

static const uint64_t edges[] = {
    0,
    1,
    2,
    3,
    9,
    10,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFE,
    0xFFFFFFFF,
    0x100000000,
    0x100000001,
    0x1FFFFFFFF,
    0x7FFFFFFFFFFFFFFF,
    0x8000000000000000,
    0xFFFFFFFF00000000,
    0xFFFFFFFFFFFFFFFF,
    1000000000,
    1193182,
    50000000,
    1000015000,
};

static void check_div(uint64_t n, uint32_t d)
{
    uint32_t rest = 0xDEAD;

    CHECK(div64(n, d, &rest) == n / d, "%llu / %u", (unsigned long long)n, d);
    CHECK(rest == n % d, "%llu %% %u", (unsigned long long)n, d);
    CHECK(div64(n, d, NULL) == n / d, "no remainder wanted");
}

static void check_mul(uint64_t a, uint64_t factor)
{
    unsigned __int128 product = (unsigned __int128)a * factor;

    CHECK(mul_shift32(a, factor) == (uint64_t)(product >> 32), "%#llx * %#llx",
          (unsigned long long)a, (unsigned long long)factor);
}

/* Exact below 2^32 Hz. Above, the frequency's and the numerator's lowest bits fall away. */
static void check_ratio(uint64_t from, uint32_t to)
{
    uint64_t exact = (uint64_t)(((unsigned __int128)to << 32) / from);
    uint64_t got = ratio_shift32(from, to);
    uint64_t error = got > exact ? got - exact : exact - got;

    if (from >> 32 == 0)
        CHECK(error == 0, "%llu to %u Hz", (unsigned long long)from, to);
    else
        CHECK(error <= exact / (1u << 30) + 1, "%llu to %u Hz: %llu off", (unsigned long long)from,
              to, (unsigned long long)error);
}

int main(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(edges); i++)
        for (size_t j = 0; j < ARRAY_SIZE(edges); j++) {
            if ((uint32_t)edges[j])
                check_div(edges[i], (uint32_t)edges[j]);
            check_mul(edges[i], edges[j]);
            if (edges[i])
                check_ratio(edges[i], (uint32_t)edges[j]);
        }
    for (int i = 0; i < 100000; i++) {
        check_div(host_random_bits(), (uint32_t)host_random_bits() | 1);
        check_mul(host_random_bits(), host_random_bits());
        check_ratio(host_random_bits() | 1, (uint32_t)host_random_bits());
    }
    return host_result();
}
