/* Faults on the same instruction for ever: a handler returns to it, and it faults again.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void again(struct bh_trap *trap)
{
    (void)trap;
}

int main(uint32_t starts)
{
    (void)starts;
    bh_trap_handler_set(14, again);
    return *(volatile int *)NOWHERE;
}
