/* Console writes with lengths and pointers that lead out of its memory. Nothing of what lies there
 * may be printed.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const struct {
        uint32_t address, bytes;
        int32_t wanted;
    } writes[] = {
        {IMAGE, 16, BH_EFAULT},
        {HYPERVISOR - 8, 16, BH_EFAULT},
        {HYPERVISOR + VICTIM, 64, BH_EFAULT},
        {0xFFFFFFF0, 16, BH_EFAULT},
        {0xFFFFFFF0, 32, BH_EFAULT},
        {0, 4, BH_EFAULT},
        {NOWHERE, 1, BH_EFAULT},
        {0x00410000 - 4, 8, BH_EFAULT},
        {0x00400000, BH_CONSOLE_MAX + 1, BH_ESIZE},
        {0x00400000, 0xFFFFFFFF, BH_ESIZE},
        {0x00400000, 0x80000000, BH_ESIZE},
        {NOWHERE, 0, BH_OK},
    };

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(writes); i++)
        check(bh_hypercall(BH_CONSOLE_WRITE, writes[i].address, writes[i].bytes, 0, 0, 0) ==
                  writes[i].wanted,
              "console", i);
    return 0;
}
