/* Fills the channels that ports.c reads from. */
#include "lib/guest.h"

static uint8_t buffer[4096];

static void give(const char *name, uint32_t times)
{
    struct bh_port port;

    if (bh_port_open(name, &port) == BH_OK)
        while (times--)
            bh_port_write(&port, buffer, port.message_size);
}

int main(uint32_t starts)
{
    (void)starts;
    give("in", 1);
    give("queue-in", 16);
    give("large-in", 1);
    give("long-in", 16);
    return 0;
}
