/* Example 4: two timers: one on the clock that always runs, and one on the partition's own, which
 * stands still while others have the processor. */
#include "guests/examples/example.h"

enum { PERIOD = 500 * US, SLOT = 6 * MS };

static volatile uint32_t ticks, executed;

static void tick(struct bh_trap *trap)
{
    (void)trap;
    ticks++;
}

static void execution(struct bh_trap *trap)
{
    (void)trap;
    executed++;
}

int main(uint32_t starts)
{
    uint64_t start, ran;
    uint32_t before;

    (void)starts;
    bh_virq_handler_set(BH_VIRQ_TIMER, tick);
    bh_virq_handler_set(BH_VIRQ_EXECUTION, execution);
    next_slot();
    next_slot();
    EXPECT(bh_timer(bh_clock() + PERIOD, PERIOD) == BH_OK);
    while (ticks < 3)
        ; /* they come in the middle of this */
    EXPECT(bh_timer(0, 0) == BH_OK);
    EXPECT(bh_timer(bh_clock() + PERIOD, 1) == BH_EINVAL); /* no period is that short */

    next_slot();
    start = bh_clock();
    ran = bh_execution_clock();
    EXPECT(bh_execution_timer(ran + SLOT + SLOT / 2, 0) == BH_OK); /* a slot and a half */
    before = slots;
    while (!executed)
        EXPECT(bh_execution_clock() < ran + 2 * SLOT);
    EXPECT(slots == before + 1 && bh_clock() - start > 10 * MS);
    EXPECT(bh_execution_clock() - ran >= SLOT + SLOT / 2);
    printf("9 ms of its own time took more than 10 ms\n");
    return 0;
}
