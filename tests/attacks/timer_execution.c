/* Both timers at the shortest period that there is, on both clocks, set anew all the time, and
 * handlers that do not finish before the next.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void slow(struct bh_trap *trap)
{
    (void)trap;
    bh_execution_timer(random_word() & 1 ? 1 : bh_execution_clock(), BH_PERIOD_MIN);
    bh_timer(random_word() & 1 ? 1 : bh_clock_fast() - random_word(), BH_PERIOD_MIN);
    spin(random_word() % 4000);
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BH_VIRQ_TIMER, slow);
    bh_virq_handler_set(BH_VIRQ_EXECUTION, slow);
    bh_timer(1, BH_PERIOD_MIN);
    bh_execution_timer(1, BH_PERIOD_MIN);
    for (;;)
        bh_virq_enable();
}
