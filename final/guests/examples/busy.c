/* Example 2: computes without a break, and does not lose any of its time for it either. */
#include "guests/examples/example.h"

int main(uint32_t starts)
{
    uint32_t rounds = 0;

    (void)starts;
    bh_virq_handler_set(BH_VIRQ_SLOT, count_slot);
    bh_virq_enable();
    while (slots < 7)
        rounds++;
    EXPECT(rounds > 1000);
    printf("computed through %u slots\n", slots);
    return 0;
}
