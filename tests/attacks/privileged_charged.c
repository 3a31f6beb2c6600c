/* Privileged instructions with no handler: each ends the partition.
 *
 * faults: 6 #GP
 * restarts: 5
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    switch (starts) {
    case 0:
        __asm__ volatile("cli");
        break;
    case 1:
        __asm__ volatile("hlt");
        break;
    case 2:
        __asm__ volatile("movl %0, %%cr3" : : "r"(0));
        break;
    case 3:
        __asm__ volatile("lidt 0");
        break;
    case 4:
        __asm__ volatile("outb %%al, $0xF4" : : "a"(0x10)); /* the end of the machine */
        break;
    case 5:
        __asm__ volatile("int $0x20"); /* the timer's own vector */
        break;
    }
    return -1;
}
