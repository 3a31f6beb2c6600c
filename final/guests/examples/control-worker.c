/* Example 8: the one that is controlled. It may not do the same to others. */
#include "guests/examples/example.h"

enum { ENOUGH = 8 };

int main(uint32_t starts)
{
    struct bh_port out;

    (void)starts;
    EXPECT(bh_port_open("progress", &out) == BH_OK);
    EXPECT(bh_partition_suspend(0) == BH_EPERM && bh_system_halt(0) == BH_EPERM);
    for (uint32_t done = 1; done < ENOUGH; done++) {
        next_slot();
        EXPECT(bh_port_write(&out, &done, sizeof done) == BH_OK);
    }
    return 0;
}
