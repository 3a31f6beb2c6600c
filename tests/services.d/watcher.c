/* Sees when which plan came into force. */
#include "check.h"

int main(uint32_t starts)
{
    struct bh_plan_status status;

    (void)starts;
    count_all();
    do {
        next_slot();
        bh_plan_status(&status);
    } while (status.switches == 0);
    printf("plan %u since %llu, frame of %llu, at %llu\n", status.plan, status.since_ns,
           status.frame_ns, bh_clock_fast());
    return 0;
}
