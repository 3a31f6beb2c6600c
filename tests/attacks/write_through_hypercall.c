/* Has hypercalls write for it to where it may not write itself: the hypervisor, the victim, its own
 * read-only pages, over the ends of pages.
 *
 * area: name="rom" size="8KiB" virtual="0x00900000" rights="r"
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static const char rom[] = "rom"; /* in our read-only segment */

int main(uint32_t starts)
{
    static const uint32_t targets[] = {
        IMAGE,      HYPERVISOR + VICTIM, HYPERVISOR - 4, HYPERVISOR - 7, HYPERVISOR, 0xFFFFFFFC,
        0xFFFFFFF9, 0x00900000,          0x00901FFC,     0x00900000 - 4, 0x00400000, NOWHERE,
        0,          0x00410000 - 4,      0x00410000 - 7, (uint32_t)rom,
    };
    uint32_t before = *(const uint32_t *)0x00400000;

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(targets); i++) {
        check(bh_hypercall(BH_CLOCK, targets[i], 0, 0, 0, 0) == BH_EFAULT, "clock", targets[i]);
        check(bh_hypercall(BH_AREA, (uint32_t)rom, targets[i], 0, 0, 0) == BH_EFAULT, "area",
              targets[i]);
    }
    check(*(const volatile uint32_t *)0x00400000 == before, "our code was written to", 0);
    check(*(const volatile uint32_t *)0x00900000 == 0, "our read-only area was written to", 0);
    return 0;
}
