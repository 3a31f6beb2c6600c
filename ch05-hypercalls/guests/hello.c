/* A partition that talks: through the console, with the time from two sources, in turns with the
 * others. */
#include "lib/guest.h"

int main(uint32_t starts)
{
    uint64_t slow, fast;

    printf("I am partition %u, '%s', started %u times before.\n", bh_control()->id,
           (const char *)bh_control()->name, starts);
    slow = bh_clock();
    fast = bh_clock_fast();
    printf("The clock by hypercall and from the control page: %s.\n",
           fast >= slow && fast - slow < 10000 ? "less than 10 us apart" : "they disagree");
    for (int turn = 1; turn <= 3; turn++) {
        printf("turn %d\n", turn);
        bh_yield();
    }
    return fast >= slow && fast - slow < 10000 ? 0 : -1;
}
