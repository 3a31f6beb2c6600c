/* Writes a sample in each slot, and as many items as the queue takes. */
#include "check.h"

static uint8_t sample[SAMPLE];
static struct item item;
static struct bh_port samples, items, port;
static struct bh_port_status status;

static void wrong_ways(void)
{
    CHECK(bh_port_open("nobody", &port) == BH_ENOENT);
    CHECK(bh_port_open("foreign", &port) == BH_ENOENT); /* it exists, for others */
    CHECK(bh_port_open("samples", (struct bh_port *)0xC0000000) == BH_EFAULT);
    CHECK(bh_port_open((const char *)0xBFFFFFFF, &port) != BH_OK);
    CHECK(bh_port_open("samples", &samples) == BH_OK);
    CHECK(samples.kind == (BH_PORT_SAMPLING | BH_PORT_WRITER));
    CHECK(samples.message_size == SAMPLE && samples.depth == 1 && samples.valid_ns == 15000000);
    CHECK(bh_port_open("items", &items) == BH_OK);
    CHECK(items.kind == (BH_PORT_QUEUING | BH_PORT_WRITER) && items.depth == DEPTH);

    CHECK(bh_port_write(&samples, sample, 0) == BH_ESIZE);
    CHECK(bh_port_write(&samples, sample, SAMPLE + 1) == BH_ESIZE);
    CHECK(bh_port_write(&samples, sample, 0xFFFFFFFF) == BH_ESIZE);
    CHECK(bh_port_write(&samples, (void *)0xC0100000, SAMPLE) == BH_EFAULT);
    CHECK(bh_port_write(&samples, (void *)0xBFFFFFF0, SAMPLE) == BH_EFAULT);
    CHECK(bh_port_write(&samples, (void *)0x10, 8) == BH_EFAULT);
    CHECK(bh_port_status(&samples, &status) == BH_OK && status.messages == 0 && !status.valid);
    port = samples;
    port.message_size = 0xFFFFFFFF;
    CHECK(bh_port_read(&port, sample, &status) == BH_EINVAL); /* this end writes */
    for (port.number = 3; port.number; port.number = port.number * 5 + 1) {
        if (port.number < 3)
            continue;
        CHECK(bh_port_write(&port, sample, 8) == BH_EINVAL);
        CHECK(bh_port_read(&port, sample, &status) == BH_EINVAL);
        CHECK(bh_port_status(&port, &status) == BH_EINVAL);
        if (port.number > 0x30000000)
            break;
    }
    port.number = 2; /* foreign */
    CHECK(bh_port_write(&port, sample, 8) == BH_EINVAL);
    CHECK(bh_port_status(&port, &status) == BH_EINVAL);
}

int main(uint32_t starts)
{
    uint32_t sent = 0;

    (void)starts;
    wrong_ways();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < SAMPLE; i++)
            sample[i] = pattern(round, i);
        if (round % 2 == 0) /* every other one is left to grow old */
            CHECK(bh_port_write(&samples, sample, SAMPLE - round) == BH_OK);
        for (int full = 0; !full;) {
            item.number = sent;
            for (uint32_t i = 0; i < sizeof item.bytes; i++)
                item.bytes[i] = pattern(sent, i);
            full = bh_port_write(&items, &item, ITEM) == BH_EFULL;
            sent += !full;
            CHECK(sent <= DEPTH * (round + 1));
        }
        CHECK(sent == DEPTH * (round + 1)); /* the reader has taken all of the last round */
        CHECK(bh_port_status(&items, &status) == BH_OK && status.messages == DEPTH);
        bh_yield();
    }
    printf("sent %u items, %d failures\n", sent, failures);
    return failures ? -1 : 0;
}
