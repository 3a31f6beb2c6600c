/* Example 5: a reader of a sampling port: the last sample, as often as it likes, and how old it
 * is. */
#include "guests/examples/example.h"

static volatile uint32_t arrivals;

static void arrival(struct bh_trap *trap)
{
    (void)trap;
    arrivals++;
}

int main(uint32_t starts)
{
    struct bh_port_status status;
    struct bh_port in;
    uint32_t speed;

    (void)starts;
    EXPECT(bh_port_open("speed-seen", &in) == BH_OK && in.kind == BH_PORT_SAMPLING);
    EXPECT(in.valid_ns == 15 * MS);
    bh_virq_handler_set(BH_VIRQ_PORT, arrival);
    for (uint32_t wanted = 100; wanted < 105; wanted++) {
        next_slot();
        for (int twice = 0; twice < 2; twice++) {
            EXPECT(bh_port_read(&in, &speed, &status) == sizeof speed && speed == wanted);
            EXPECT(status.valid && status.age_ns < 10 * MS);
        }
        EXPECT(arrivals == wanted - 99); /* one interrupt, however many samples */
    }
    next_slot();
    next_slot();
    EXPECT(bh_port_read(&in, &speed, &status) == sizeof speed && speed == 104);
    EXPECT(!status.valid && status.age_ns > 15 * MS); /* nobody writes any more */
    printf("the last sample is %u, and too old\n", speed);
    return 0;
}
