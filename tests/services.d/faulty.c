/* Faults in the middle of its third slot; the health monitor then changes plans, at once. */
#include "check.h"

int main(uint32_t starts)
{
    (void)starts;
    count_all();
    next_slot();
    next_slot();
    for (uint64_t begin = bh_clock_fast(); bh_clock_fast() - begin < 1000000;)
        ;
    printf("fault at %llu\n", bh_clock_fast());
    guest_flush();
    *(volatile uint32_t *)0 = 0;
    return -1;
}
