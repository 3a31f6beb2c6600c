/* Example 10: a system partition changes the plan, and changes it back. */
#include "guests/examples/example.h"

enum { DAY, NIGHT };

static struct bh_plan_status plan;

int main(uint32_t starts)
{
    (void)starts;
    next_slot();
    EXPECT(bh_plan_status(&plan) == BH_OK && plan.plan == DAY && plan.plans == 2);
    EXPECT(bh_plan_switch(2) == BH_EINVAL);
    EXPECT(bh_plan_switch(NIGHT) == BH_OK);
    EXPECT(bh_plan_status(&plan) == BH_OK && plan.plan == DAY && plan.next == NIGHT);
    for (int i = 0; i < 4; i++) {
        next_slot(); /* at the frame's end it has changed */
        EXPECT(bh_plan_status(&plan) == BH_OK && plan.plan == NIGHT && plan.switches == 1);
    }
    printf("it is %s\n", plan.name);
    EXPECT(bh_plan_switch(DAY) == BH_OK);
    next_slot();
    EXPECT(bh_plan_status(&plan) == BH_OK && plan.plan == DAY && plan.switches == 2);
    return 0;
}
