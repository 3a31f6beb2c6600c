/* Example 6: the reader of a queuing port takes the messages out in their order. */
#include "guests/examples/example.h"

int main(uint32_t starts)
{
    struct bh_port_status status;
    struct bh_port in;
    uint32_t job, expected = 0;

    (void)starts;
    EXPECT(bh_port_open("jobs", &in) == BH_OK && in.kind == BH_PORT_QUEUING);
    for (uint32_t round = 0; round < 3; round++) {
        next_slot();
        for (uint32_t left = 4; left-- > 0;) {
            EXPECT(bh_port_read(&in, &job, &status) == sizeof job);
            EXPECT(job == expected++ && status.messages == left);
        }
        EXPECT(bh_port_read(&in, &job, &status) == BH_EEMPTY);
    }
    printf("%u messages, none lost\n", expected);
    return 0;
}
