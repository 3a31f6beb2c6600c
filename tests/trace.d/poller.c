/* Takes all of its interrupts out of a hypercall. In its first life it turns its trace off, and in
 * its second one that has to be over. */
#include "check.h"
#include "lib/control.h"

enum { INTERRUPTS = 20 };

static volatile uint32_t entered;

static void timer(struct bh_trap *trap)
{
    (void)trap;
    entered++;
}

int main(uint32_t starts)
{
    struct bh_trace_status status;

    if (starts == 0) {
        CHECK(bh_hypercall(BH_TRACE_MASK, bh_control()->id, 0, 0, 0, 0) == BH_OK);
        bh_partition_reset(BH_SELF, BH_RESET_WARM);
    }
    CHECK(bh_hypercall(BH_TRACE_STATUS, bh_control()->id, (uint32_t)&status, 0, 0, 0) == BH_OK);
    CHECK(status.mask == MASK(BH_TRACE_VIRQ));
    bh_virq_handler_set(BH_VIRQ_TIMER, timer);
    for (uint32_t i = 0; i < INTERRUPTS; i++) {
        bh_virq_disable();
        bh_timer(bh_clock() - 1, 0);
        while (!(bh_control()->virq_pending & 1u << BH_VIRQ_TIMER))
            ;
        bh_control()->virq_pending &= 1u << BH_VIRQ_TIMER;
        bh_virq_enable();
    }
    CHECK(entered == INTERRUPTS);
    printf("poller: %d failures\n", failures);
    return failures ? -1 : 0;
}
