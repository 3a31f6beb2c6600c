/* Has a handler for #UD, and a stack pointer at which no trap frame fits. The trap is then its
 * fault: nothing may be written above the border, or anywhere else.
 *
 * faults: 8 #UD
 * restarts: 7
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t stacks[] = {
        0, 4, 23, NOWHERE, 0xC0000004, 0xC0000018, 0xC0100000, 0xFFFFFFFF,
    };

    catch_all();
    __asm__ volatile("movl %0, %%esp\n\tud2" : : "r"(stacks[starts % 8]));
    return -1;
}
