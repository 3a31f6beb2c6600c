/* What messages cost: the same measurement as meter.c, on ports. */
#include "timed.h"

enum { SMALL = 64, LARGE = 4096 };

static uint8_t buffer[LARGE] __attribute__((aligned(4096)));
static struct bh_port_status status;

static void measure(const char *name, const char *port_name, uint32_t bytes, bool write)
{
    struct bh_port port;
    struct call call = {.number = write ? BH_PORT_WRITE : BH_PORT_READ, .c = bytes};

    if (bh_port_open(port_name, &port) != BH_OK)
        return; /* the table misses a figure then, and says so */
    call.a = port.number;
    call.b = (uint32_t)buffer;
    call.d = (uint32_t)&status;
    report(name, cost(&call));
}

int main(uint32_t starts)
{
    (void)starts;
    measure("sample-write", "out", SMALL, true);
    measure("sample-read", "in", SMALL, false);
    measure("queue-send", "queue-out", SMALL, true);
    measure("queue-receive", "queue-in", SMALL, false);
    measure("write-4k", "large-out", LARGE, true);
    measure("read-4k", "large-in", LARGE, false);
    measure("queue-send-4k", "long-out", LARGE, true);
    measure("queue-receive-4k", "long-in", LARGE, false);
    return 0;
}
