/* A partition that talks: through the console, with the time from two sources, in turns with the
 * others. */
#include "lib/guest.h"

/* Are the two clocks one? The second reading is never before the first, and in the best of some
 * tries it follows at once: in the others a host may have taken the machine's time in between. */
static bool one_clock(void)
{
    bool close = false;

    for (int i = 0; i < 100; i++) {
        uint64_t slow = bh_clock(), fast = bh_clock_fast();

        if (fast < slow)
            return false;
        close = close || fast - slow < 10000;
    }
    return close;
}

int main(uint32_t starts)
{
    bool well = one_clock();

    printf("I am partition %u, '%s', started %u times before.\n", bh_control()->id,
           (const char *)bh_control()->name, starts);
    printf("The clock by hypercall and from the control page: %s.\n",
           well ? "less than 10 us apart" : "they disagree");
    for (int turn = 1; turn <= 3; turn++) {
        printf("turn %d\n", turn);
        bh_yield();
    }
    return well ? 0 : -1;
}
