/* Resets itself as soon as it runs, warm and cold, by mode and by reset: each start takes its own
 * time, and it does not get rid of its restarts by it.
 *
 * area: name="spare" size="16KiB" rights="rw"
 * ends: any
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    if (starts % 4 == 0)
        bh_hypercall(BH_PARTITION_RESET, BH_SELF, BH_RESET_WARM, 0, 0, 0);
    if (starts % 4 == 1)
        bh_hypercall(BH_PARTITION_RESET, 0, BH_RESET_COLD, 0, 0, 0); /* its own number */
    if (starts % 4 == 2)
        bh_hypercall(BH_PARTITION_MODE, BH_MODE_COLD_START, 0, 0, 0, 0);
    bh_hypercall(BH_PARTITION_MODE, BH_MODE_NORMAL, 0, 0, 0, 0);
    bh_hypercall(BH_PARTITION_MODE, BH_MODE_WARM_START, 0, 0, 0, 0);
    broken("it came back from a reset", starts);
}
