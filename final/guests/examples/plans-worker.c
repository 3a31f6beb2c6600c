/* Example 10: works by day, in one slot of each 10 ms, and by night in two. */
#include "guests/examples/example.h"

static volatile uint32_t changes;

static void change(struct bh_trap *trap)
{
    (void)trap;
    changes++;
}

int main(uint32_t starts)
{
    uint32_t night_slots = 0;

    EXPECT(starts == 0);
    bh_virq_handler_set(BH_VIRQ_PLAN, change);
    EXPECT(bh_plan_switch(1) == BH_EPERM); /* it is no system partition */
    while (changes < 2) {
        next_slot();
        night_slots += changes == 1;
    }
    EXPECT(night_slots == 8); /* four frames of night */
    printf("%u slots in the night\n", night_slots);
    return 0;
}
