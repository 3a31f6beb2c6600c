/* Writes one sample in its first slot, and never again. */
#include "check.h"

int main(uint32_t starts)
{
    static uint8_t sample[SAMPLE];
    struct bh_port samples;

    (void)starts;
    CHECK(bh_port_open("samples", &samples) == BH_OK);
    CHECK(bh_port_write(&samples, sample, sizeof sample) == BH_OK);
    return failures ? -1 : 0;
}
