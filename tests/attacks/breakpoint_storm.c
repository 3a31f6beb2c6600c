/* int3 for ever, with a handler that returns.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void nothing(struct bh_trap *trap)
{
    (void)trap;
}

int main(uint32_t starts)
{
    (void)starts;
    bh_trap_handler_set(3, nothing);
    for (;;)
        __asm__ volatile("int3");
}
