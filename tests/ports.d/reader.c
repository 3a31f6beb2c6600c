/* Reads what the writer wrote: each byte, each time, and how old it is. */
#include "check.h"

static uint8_t sample[SAMPLE + 8];
static struct item item;
static struct bh_port samples, items, port;
static struct bh_port_status status;
static volatile uint32_t arrivals;

static void arrival(struct bh_trap *trap)
{
    (void)trap;
    arrivals++;
}

static void wrong_ways(void)
{
    CHECK(bh_port_open("samples", &samples) == BH_OK && samples.kind == BH_PORT_SAMPLING);
    CHECK(bh_port_open("items", &items) == BH_OK && items.kind == BH_PORT_QUEUING);
    CHECK(bh_port_write(&samples, sample, 8) == BH_EINVAL); /* this end reads */
    port = items;
    port.message_size = ITEM - 1;
    CHECK(bh_port_read(&port, &item, &status) == BH_ESIZE);
    CHECK(bh_port_read(&items, (void *)0xC0100000, &status) == BH_EFAULT);
    CHECK(bh_port_read(&items, (void *)0x400000, &status) == BH_EFAULT); /* our code */
    CHECK(bh_port_read(&items, &item, (void *)0xC0100000) == BH_EFAULT);
    CHECK(item.number == 0 && item.bytes[1] == 0);
    CHECK(bh_port_status(&items, &status) == BH_OK && status.messages == DEPTH); /* none was lost */
}

static void read_sample(uint32_t round)
{
    uint32_t written = round & ~1u, wrong = 0;

    memset(sample, 0xEE, sizeof sample);
    CHECK(bh_port_read(&samples, sample, &status) == (int32_t)(SAMPLE - written));
    for (uint32_t i = 0; i < SAMPLE - written; i++)
        wrong += sample[i] != pattern(written, i);
    for (uint32_t i = SAMPLE - written; i < sizeof sample; i++)
        wrong += sample[i] != 0xEE; /* nothing behind the message */
    CHECK(wrong == 0);
    CHECK(!status.valid == round % 2); /* 15 ms are over then */
    CHECK(round % 2 ? status.age_ns > 15000000 : status.age_ns < 15000000);
    CHECK(status.messages == 1); /* it stays */
}

static void read_items(uint32_t round)
{
    for (uint32_t i = 0; i < DEPTH; i++) {
        uint32_t wrong = 0;

        CHECK(bh_port_read(&items, &item, &status) == ITEM);
        CHECK(item.number == DEPTH * round + i && status.messages == DEPTH - 1 - i);
        for (uint32_t k = 0; k < sizeof item.bytes; k++)
            wrong += item.bytes[k] != pattern(item.number, k);
        CHECK(wrong == 0);
    }
    CHECK(bh_port_read(&items, &item, &status) == BH_EEMPTY);
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BH_VIRQ_PORT, arrival);
    wrong_ways();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        bh_virq_enable();
        CHECK(arrivals == round + 1); /* all of a slot's messages are one interrupt */
        read_sample(round);
        read_sample(round);
        read_items(round);
        bh_yield();
    }
    printf("read %u rounds, %d failures\n", ROUNDS, failures);
    return failures ? -1 : 0;
}
