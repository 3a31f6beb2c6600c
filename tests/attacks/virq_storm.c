/* All virtual interrupts pending, none masked, for ever, with a handler that takes one after the
 * other.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void more(struct bh_trap *trap)
{
    (void)trap;
    bh_control()->virq_pending = 0xFFFFFFFF;
}

int main(uint32_t starts)
{
    (void)starts;
    for (uint32_t i = 0; i < BH_VIRQS; i++)
        bh_virq_handler_set(i, more);
    for (;;) {
        bh_control()->virq_pending = 0xFFFFFFFF;
        bh_virq_enable();
    }
}
