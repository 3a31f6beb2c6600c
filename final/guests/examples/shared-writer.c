/* Example 12: memory that two partitions share, and a signal that says when to look. This one may
 * write it. */
#include "guests/examples/example.h"

static volatile uint32_t *const shared = (uint32_t *)0x00800000;

int main(uint32_t starts)
{
    int32_t bell = bh_signal_open("bell");

    (void)starts;
    EXPECT(bell >= 0 && bh_signal_open("nothing") == BH_ENOENT);
    for (uint32_t i = 1; i <= 5; i++) {
        next_slot();
        for (uint32_t k = 0; k < 1024; k++)
            shared[k] = i * 1000 + k;
        EXPECT(bh_signal((uint32_t)bell) == BH_OK);
    }
    return 0;
}
