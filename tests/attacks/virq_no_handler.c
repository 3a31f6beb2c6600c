/* All virtual interrupts pending and enabled, no handler: waiting returns at once, each time.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    for (;;) {
        bh_control()->virq_pending = 0xFFFFFFFF;
        bh_control()->virq_mask = 0;
        bh_control()->virq_enabled = 1;
        bh_wait();
        bh_hypercall(BH_VIRQ_CHECK, 0, 0, 0, 0, 0);
    }
}
