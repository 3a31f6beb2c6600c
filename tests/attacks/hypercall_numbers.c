/* Numbers that are no hypercalls: just behind the last, with high bits set, negative; by both ways.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void all(void)
{
    for (uint32_t i = 0; i < 1000; i++)
        check(bh_hypercall(BH_HYPERCALLS + i, 0, 0, 0, 0, 0) == BH_ENOSYS, "behind the last", i);
    for (uint32_t bit = 6; bit < 32; bit++)
        for (uint32_t number = 0; number < BH_HYPERCALLS; number++)
            check(bh_hypercall(1u << bit | number, 0, 0, 0, 0, 0) == BH_ENOSYS, "a high bit", bit);
    for (uint32_t i = 1; i < 1000; i++)
        check(bh_hypercall(0u - i, 0, 0, 0, 0, 0) == BH_ENOSYS, "negative", i);
}

int main(uint32_t starts)
{
    (void)starts;
    all(); /* as the library does it: by `sysenter`, where there is one */
    bh_way = bh_way_int;
    all();
    return 0;
}
