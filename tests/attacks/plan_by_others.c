/* Asks for plans without the right to, in all forms; and for its status where it may not be written.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t numbers[] = {0, 1, 2, 3, 4, 64, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    static const uint32_t places[] = {0,          1,          0xBFFFFFF0, 0xBFFFFFC8,
                                      HYPERVISOR, IMAGE,      0xFFFFFFF0, 0xFFFFFFFF,
                                      NOWHERE,    0x00400000, 0x00410000, 0x0040FFFC};
    struct bh_plan_status status;

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(numbers); i++)
        check(bh_plan_switch(numbers[i]) == BH_EPERM, "a plan was asked for", numbers[i]);
    for (uint32_t i = 0; i < ARRAY_SIZE(places); i++)
        check(bh_plan_status((struct bh_plan_status *)places[i]) == BH_EFAULT, "written to",
              places[i]);
    check(bh_plan_status(&status) == BH_OK && status.plan == 0 && status.next == 0, "status", 0);
    return 0;
}
