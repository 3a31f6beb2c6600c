/* Example 6: the writer of a queuing port: each message counts, and there is room for four. */
#include "guests/examples/example.h"

int main(uint32_t starts)
{
    struct bh_port_status status;
    struct bh_port out;
    uint32_t sent = 0;

    (void)starts;
    EXPECT(bh_port_open("jobs", &out) == BH_OK && out.depth == 4);
    for (uint32_t round = 0; round < 3; round++) {
        next_slot();
        EXPECT(bh_port_status(&out, &status) == BH_OK && status.messages == 0); /* there is room */
        while (bh_port_write(&out, &sent, sizeof sent) == BH_OK)
            sent++;
        EXPECT(sent == 4 * (round + 1));
        EXPECT(bh_port_write(&out, &sent, sizeof sent) == BH_EFULL);
        EXPECT(bh_port_status(&out, &status) == BH_OK && status.messages == 4); /* it is full */
    }
    return 0;
}
