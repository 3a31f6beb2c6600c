/* Asks for pages that are not its own: other areas, behind the end of its area, over the border,
 * the control page, page 0; more rights than it has; ranges that wrap.
 *
 * area: name="heap" size="16KiB" rights="rw"
 * area: name="rom" size="8KiB" rights="r"
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define AT 0x10000000u

static const struct {
    uint32_t address, area, offset, pages, rights;
    int32_t wanted;
} requests[] = {
    {AT, 3, 0, 1, 1, BH_EINVAL},
    {AT, 0x80000000, 0, 1, 1, BH_EINVAL},
    {AT, 0xFFFFFFFF, 0, 1, 1, BH_EINVAL},
    {AT, 0x06666667, 0, 1, 1, BH_EINVAL}, /* times 40, the size of a description, is 24 */
    {AT, 1, 0, 5, 1, BH_EINVAL},
    {AT, 1, 0x3000, 2, 1, BH_EINVAL},
    {AT, 1, 0x4000, 1, 1, BH_EINVAL},
    {AT, 1, 0xFFFFF000, 1, 1, BH_EINVAL},
    {AT, 1, 0xFFFFF000, 2, 1, BH_EINVAL},
    {AT, 1, 0x800, 1, 1, BH_EINVAL},
    {AT, 1, 0, 0, 1, BH_EINVAL},
    {AT, 1, 0, 33, 1, BH_ESIZE},
    {AT, 1, 0, 0x100000, 1, BH_ESIZE},
    {AT, 1, 0, 0xFFFFFFFF, 1, BH_ESIZE},
    {AT + 1, 1, 0, 1, 1, BH_EINVAL},
    {0, 1, 0, 1, 1, BH_EINVAL},
    {0xBFFFF000, 1, 0, 1, 1, BH_EINVAL},
    {0xBFFFE000, 1, 0, 2, 1, BH_EINVAL},
    {0xC0000000, 1, 0, 1, 3, BH_EINVAL},
    {0xC0100000, 1, 0, 1, 3, BH_EINVAL},
    {0xFFFFF000, 1, 0, 1, 1, BH_EINVAL},
    {0xFFFFF000, 1, 0, 2, 1, BH_EINVAL},
    {AT, 1, 0, 1, 0, BH_EINVAL},
    {AT, 1, 0, 1, 2, BH_EINVAL},
    {AT, 1, 0, 1, 4 | 1, BH_EINVAL},
    {AT, 1, 0, 1, 0xFFFFFFFF, BH_EINVAL},
    {AT, 2, 0, 1, 3, BH_EPERM},
    {AT, 2, 0, 1, 1, BH_OK},
    {0xBFFFE000, 1, 0, 1, 3, BH_OK},
};

static void write_to(uint32_t address)
{
    *(volatile uint32_t *)address = 7;
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < ARRAY_SIZE(requests); i++)
        check(bh_map((void *)requests[i].address, requests[i].area, requests[i].offset,
                     requests[i].pages, requests[i].rights) == requests[i].wanted,
              "map", i);
    must_trap(14, write_to, AT, "write to read-only memory");
    check(bh_protect((void *)AT, 1, BH_READ | BH_WRITE) == BH_EPERM, "more rights", AT);
    must_trap(14, write_to, AT, "write to read-only memory");
    check(bh_protect((void *)0xBFFFF000, 1, BH_READ) == BH_EINVAL, "control page", 0);
    check(bh_unmap((void *)0xBFFFF000, 1) == BH_EINVAL, "control page", 1);
    check(bh_unmap((void *)0xC0100000, 1) == BH_EINVAL, "the hypervisor", 0);
    check(bh_protect((void *)0xC0100000, 1, 3) == BH_EINVAL, "the hypervisor", 1);
    check(bh_unmap((void *)0xFFFFF000, 32) == BH_EINVAL, "wrapping", 0);
    return 0;
}
