/* Keeps DF, NT, AC and ID set while timer interrupts and slot switches come by.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    __asm__ volatile("pushl $0x244C02\n\tpopfl\n1:\tmovl $0, %eax\n\tint $0x82\n\tjmp 1b");
    return -1;
}
