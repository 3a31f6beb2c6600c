/* Suspends itself with a timer running and its handlers in place; nobody will resume it, and it
 * does not wake by itself.
 *
 * ends: suspended
 * emulators: qemu bochs
 */
#include "attack.h"

static void timer(struct bh_trap *trap)
{
    (void)trap;
    broken("a suspended partition runs", 0);
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BH_VIRQ_TIMER, timer);
    bh_virq_handler_set(BH_VIRQ_SLOT, timer);
    bh_control()->virq_pending = 0;
    bh_timer(bh_clock() + 100000, 50000);
    bh_control()->virq_enabled = 1;
    bh_hypercall(BH_PARTITION_SUSPEND, 0, 0, 0, 0, 0);
    broken("it came back", 0);
}
