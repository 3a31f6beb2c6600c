/* int1, the one software interrupt that asks for no privilege: a #DB of the partition. In Bochs
 * only, because QEMU does not know the instruction and raises #UD.
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
