/* Yields and waits at once, each time it gets the processor: nobody's slot comes earlier for that.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    for (;;) {
        bh_yield();
        bh_wait();
    }
}
