/* Wants its trap and virtual interrupt handlers in the hypervisor, and handlers for vectors that
 * are not a partition's.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t bad[] = {HYPERVISOR, IMAGE, 0xFFFFFFFF, HYPERVISOR + VICTIM};
    static const uint32_t numbers[] = {2, 8, 18, 32, 33, 0x82, 255, 256, 0x80000000, 0xFFFFFFFF};

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
        for (uint32_t vector = 0; vector < BH_TRAPS; vector++)
            check(bh_hypercall(BH_TRAP_HANDLER, vector, bad[i], 0, 0, 0) == BH_EINVAL, "handler",
                  bad[i]);
        check(bh_hypercall(BH_VIRQ_HANDLER, bad[i], 0, 0, 0, 0) == BH_EINVAL, "handler", bad[i]);
    }
    for (uint32_t i = 0; i < ARRAY_SIZE(numbers); i++)
        check(bh_hypercall(BH_TRAP_HANDLER, numbers[i], 0x400000, 0, 0, 0) == BH_EINVAL, "vector",
              numbers[i]);
    return 0;
}
