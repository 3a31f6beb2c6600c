/* Reads the one sample in each of its slots, which are seconds apart: its age is right, also behind
 * the 4.3 s that fit into 32 bits of nanoseconds. */
#include "check.h"

int main(uint32_t starts)
{
    static uint8_t sample[SAMPLE];
    struct bh_port samples;
    struct bh_port_status status;
    uint64_t before = 0;

    (void)starts;
    CHECK(bh_port_open("samples", &samples) == BH_OK);
    for (uint32_t slot = 0; slot < 4; slot++) {
        CHECK(bh_port_read(&samples, sample, &status) == SAMPLE);
        CHECK(!slot ||
              (status.age_ns - before > 1999000000u && status.age_ns - before < 2001000000u));
        CHECK(!slot || !status.valid);
        before = status.age_ns;
        bh_yield();
    }
    printf("%u s, %d failures\n", (uint32_t)(before >> 30), failures);
    return failures ? -1 : 0;
}
