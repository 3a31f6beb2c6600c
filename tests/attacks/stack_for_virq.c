/* The same for virtual interrupts: the stack pointer is in nothing or in the hypervisor when a slot
 * begins and the interrupt is to be delivered.
 *
 * faults: 4 #SS
 * restarts: 3
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t stacks[] = {0, NOWHERE, 0xC0000000 + 4, 0xFFFFFFF0};

    bh_hypercall(BH_VIRQ_HANDLER, (uint32_t)catch_trap, 0, 0, 0, 0);
    bh_control()->virq_enabled = 1;
    __asm__ volatile("movl %0, %%esp\n1:\tjmp 1b" : : "r"(stacks[starts % 4]));
    return -1;
}
