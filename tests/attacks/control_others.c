/* Tries to control everybody and everything, with every number there may be for a partition and
 * pointers to everywhere: it is no system partition, so nothing is done, written or told.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static const uint32_t of_partitions[] = {
    BH_PARTITION_STATUS, BH_PARTITION_RESET, BH_PARTITION_SUSPEND,
    BH_PARTITION_RESUME, BH_PARTITION_HALT,
};
static const uint32_t of_system[] = {
    BH_SYSTEM_STATUS, BH_SYSTEM_RESET,  BH_SYSTEM_HALT,
    BH_HEALTH_READ,   BH_HEALTH_STATUS, BH_PLAN_SWITCH,
};

static uint32_t room[64];

int main(uint32_t starts)
{
    (void)starts;
    for (uint32_t i = 0; i < 400; i++) {
        uint32_t who = i < 200 ? i + 1 : random_word(), where = i % 2 ? (uint32_t)room : IMAGE + i;

        if (who == BH_SELF || who == 0)
            continue;
        for (uint32_t k = 0; k < ARRAY_SIZE(of_partitions); k++)
            check(bh_hypercall(of_partitions[k], who, where, i, 0, 0) == BH_EPERM, "another", who);
        for (uint32_t k = 0; k < ARRAY_SIZE(of_system); k++)
            check(bh_hypercall(of_system[k], where, where, i, 0, 0) == BH_EPERM, "the system", k);
    }
    check(bh_hypercall(BH_PARTITION_RESUME, 0, 0, 0, 0, 0) == BH_EPERM, "resume itself", 0);
    for (uint32_t i = 0; i < ARRAY_SIZE(room); i++)
        check(room[i] == 0, "an answer all the same", i);
    return 0;
}
