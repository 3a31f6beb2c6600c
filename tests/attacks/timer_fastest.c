/* The shortest period that there is, and a handler that does not even finish before the next.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void slow(struct bh_trap *trap)
{
    (void)trap;
    spin(20000);
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BH_VIRQ_TIMER, slow);
    bh_timer(1, BH_PERIOD_MIN);
    for (;;)
        bh_virq_enable();
}
