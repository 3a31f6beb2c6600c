/* Example 9: a partition's modes. It starts cold, says that it runs normally, and starts itself
 * again, warm: what it keeps in its second area is still there. */
#include "guests/examples/example.h"

static uint32_t *const notes = (uint32_t *)0x00800000;
static uint32_t in_the_image = 5; /* loaded anew at each start */

int main(uint32_t starts)
{
    struct bh_partition_status status;

    EXPECT(in_the_image == 5);
    in_the_image = 6;
    if (!starts) {
        EXPECT(bh_control()->mode == BH_MODE_COLD_START && notes[0] == 0);
        EXPECT(bh_control()->start_reason == BH_START_POWER_ON);
        EXPECT(bh_partition_mode(BH_MODE_WARM_START) == BH_ESTATE); /* there is nothing to keep */
        EXPECT(bh_partition_mode(BH_MODE_NORMAL) == BH_OK);
        EXPECT(bh_control()->mode == BH_MODE_NORMAL);
        notes[0] = 4711;
        bh_partition_mode(BH_MODE_WARM_START);
        EXPECT(!"it comes back from that");
    }
    EXPECT(bh_control()->mode == BH_MODE_WARM_START && notes[0] == 4711);
    EXPECT(bh_partition_status(BH_SELF, &status) == BH_OK);
    EXPECT(status.starts == 2 && status.reason == BH_START_SELF);
    printf("started by %s, and remember %u\n", bh_reason_name(status.reason), notes[0]);
    return 0;
}
