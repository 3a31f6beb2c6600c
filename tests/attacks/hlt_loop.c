/* Wants to halt the processor, over and over, and skips the instruction in a handler of its own.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void skip(struct bh_trap *trap)
{
    trap->cause.eip += 1;
}

int main(uint32_t starts)
{
    (void)starts;
    bh_trap_handler_set(13, skip);
    for (;;)
        __asm__ volatile("hlt\n\tcli\n\tsti");
}
