/* A hostile neighbour: the longest hypercalls, one after the other, for ever. */
#include "lib/guest.h"

static char text[BH_CONSOLE_MAX];

int main(uint32_t starts)
{
    (void)starts;
    for (;;) {
        bh_hypercall(BH_CONSOLE_WRITE, (uint32_t)text, sizeof text, 0, 0, 0);
        bh_hypercall(BH_MAP, 0x10000000, 1, 0, 32, BH_READ | BH_WRITE);
        bh_hypercall(BH_UNMAP, 0x10000000, 32, 0, 0, 0);
        bh_hypercall(BH_NULL, 0, 0, 0, 0, 0);
    }
}
