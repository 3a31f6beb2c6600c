/* Wakes each 700 us in time that no slot uses, whoever else has it, and looks how late that was. */
#include "check.h"

enum { PERIOD = 700000 };

static volatile uint64_t latest, expired_at, deadline;

static void expired(struct bh_trap *trap)
{
    count(trap);
    expired_at = bh_clock_fast();
}

int main(uint32_t starts)
{
    uint32_t in_slot = 0;

    (void)starts;
    count_all();
    bh_virq_handler_set(BH_VIRQ_TIMER, expired);
    while (came[BH_VIRQ_TIMER] < 60) {
        uint32_t before = came[BH_VIRQ_TIMER];

        deadline = bh_clock_fast() + PERIOD;
        bh_timer(deadline, 0);
        while (came[BH_VIRQ_TIMER] == before)
            bh_wait();
        WANT(expired_at >= deadline);
        if (expired_at - deadline > 100000) /* a slot of somebody else's was in between */
            in_slot++;
        else if (expired_at - deadline > latest)
            latest = expired_at - deadline;
    }
    printf("at most %llu ns late, %u in a slot\n", latest, in_slot);
    return finish();
}
