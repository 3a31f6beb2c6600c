/* Never gives the processor up, with virtual interrupts off.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    for (;;)
        ;
}
