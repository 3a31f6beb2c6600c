/* int1, the one software interrupt that asks for no privilege. In Bochs only: QEMU takes it for its
 * own debugger's, and stops the machine.
 *
 * faults: 1 #DB
 * ends: stopped
 * emulators: bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    __asm__ volatile(".byte 0xF1");
    return -1;
}
