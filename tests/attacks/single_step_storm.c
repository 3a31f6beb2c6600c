/* Steps through its own code for ever: a handler returns with TF set. Hypercalls are stepped over,
 * and the hypervisor itself is never stepped.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void again(struct bh_trap *trap)
{
    trap->cause.eflags |= 0x100;
}

int main(uint32_t starts)
{
    (void)starts;
    bh_trap_handler_set(1, again);
    __asm__ volatile("pushfl\n\torl $0x100, (%esp)\n\tpopfl");
    for (;;)
        bh_hypercall(BH_NULL, 0, 0, 0, 0, 0);
}
