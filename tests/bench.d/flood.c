/* A hostile neighbour: the longest hypercalls, one after the other, for ever. Between two it waits
 * a little, each time another while: else its loop could fall into step with the plan, and each
 * slot would end at the same place of it. */
#include "lib/guest.h"

static char text[BH_CONSOLE_MAX];

#define PAGE 0x1000u
#define WINDOW 0x10000000u

static const struct bh_mapping batch[] = {
    {0, WINDOW, 1, 0, 32, BH_READ | BH_WRITE},
    {0, WINDOW + 32 * PAGE, 1, 0, 32, BH_READ | BH_WRITE},
};

static void wait(void)
{
    static uint32_t state = 2463534242u; /* xorshift: the same numbers in every run */

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    for (volatile uint32_t i = 0; i < state % 64; i++)
        ;
}

int main(uint32_t starts)
{
    (void)starts;
    for (;;) {
        bh_hypercall(BH_CONSOLE_WRITE, (uint32_t)text, sizeof text, 0, 0, 0);
        wait();
        bh_hypercall(BH_MAP, WINDOW, 1, 0, 32, BH_READ | BH_WRITE);
        wait();
        bh_hypercall(BH_PROTECT, WINDOW, 32, BH_READ, 0, 0);
        wait();
        bh_hypercall(BH_MAP_BATCH, (uint32_t)batch, ARRAY_SIZE(batch), 0, 0, 0);
        wait();
        bh_hypercall(BH_UNMAP, WINDOW, 32, 0, 0, 0);
        wait();
    }
}
