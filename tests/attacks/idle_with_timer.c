/* Sets itself idle with a timer running: it does not run again, and its timer takes nobody's time.
 *
 * ends: idle
 * emulators: qemu bochs
 */
#include "attack.h"

static void timer(struct bh_trap *trap)
{
    (void)trap;
    broken("an idle partition runs", 0);
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BH_VIRQ_TIMER, timer);
    bh_virq_handler_set(BH_VIRQ_SLOT, timer);
    bh_control()->virq_pending = 0;
    bh_timer(bh_clock() + 200000, 50000);
    bh_control()->virq_enabled = 1;
    bh_hypercall(BH_PARTITION_MODE, BH_MODE_IDLE, 0, 0, 0, 0);
    broken("it came back", 0);
}
