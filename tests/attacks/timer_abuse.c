/* Deadlines of 0, 1, long ago, now, in half a millennium and out of range; periods below the least.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static volatile uint32_t ticks;

static void tick(struct bh_trap *trap)
{
    (void)trap;
    ticks++;
}

int main(uint32_t starts)
{
    static const uint64_t deadlines[] = {
        0,
        1,
        1000,
        UINT64_C(1) << 31,
        UINT64_C(1) << 32,
        (UINT64_C(1) << 62) - 1,
        UINT64_C(1) << 62,
        UINT64_C(1) << 63,
        UINT64_MAX,
    };
    static const uint32_t periods[] = {0,          1,          BH_PERIOD_MIN - 1, BH_PERIOD_MIN,
                                       0x7FFFFFFF, 0xFFFFFFFF, BH_PERIOD_MIN + 1};

    (void)starts;
    bh_virq_handler_set(BH_VIRQ_TIMER, tick);
    for (uint32_t round = 0; round < 20; round++)
        for (uint32_t i = 0; i < ARRAY_SIZE(deadlines); i++)
            for (uint32_t j = 0; j < ARRAY_SIZE(periods); j++) {
                bool good =
                    !(deadlines[i] >> 62) && (periods[j] == 0 || periods[j] >= BH_PERIOD_MIN);

                bh_virq_enable();
                check(bh_timer(deadlines[i], periods[j]) == (good ? BH_OK : BH_EINVAL), "timer",
                      i * 100 + j);
            }
    bh_timer(0, 0);
    ticks = 0;
    bh_virq_enable();
    spin(1000);
    check(ticks <= 1, "the timer is off", ticks);
    bh_timer(1, 0); /* one in the past comes at once, and once */
    bh_virq_enable();
    spin(100000);
    bh_virq_enable();
    check(ticks <= 2, "one shot", ticks);
    return 0;
}
