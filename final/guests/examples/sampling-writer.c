/* Example 5: the writer of a sampling port. A sample is written over by the next one. */
#include "guests/examples/example.h"

int main(uint32_t starts)
{
    struct bh_port out;

    (void)starts;
    EXPECT(bh_port_open("speed", &out) == BH_OK); /* its own name for the channel's end */
    EXPECT(out.kind == (BH_PORT_SAMPLING | BH_PORT_WRITER));
    for (uint32_t speed = 100; speed < 105; speed++) {
        next_slot();
        EXPECT(bh_port_write(&out, &(uint32_t){0}, 4) == BH_OK);
        EXPECT(bh_port_write(&out, &speed, sizeof speed) == BH_OK); /* this is what counts */
    }
    EXPECT(bh_port_write(&out, &out, 5) == BH_ESIZE);
    return 0; /* the last sample stays, and grows old */
}
