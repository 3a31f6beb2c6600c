/* No system partition: it may see which plan is in force, and hears of another one, and that is
 * all. */
#include "check.h"

int main(uint32_t starts)
{
    struct bh_plan_status status;
    uint32_t seen = 0, plan = 0;

    (void)starts;
    count_all();
    WANT(bh_plan_switch(0) == BH_EPERM && bh_plan_switch(1) == BH_EPERM);
    WANT(bh_plan_switch(0xFFFFFFFF) == BH_EPERM);
    while (seen < 9) {
        WANT(bh_plan_status(&status) == BH_OK && status.plans == 3);
        WANT((status.plan != plan) == (came[BH_VIRQ_PLAN] != seen));
        plan = status.plan;
        seen = came[BH_VIRQ_PLAN];
        next_slot();
    }
    return finish();
}
