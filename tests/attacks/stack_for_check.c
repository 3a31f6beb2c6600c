/* Asks for a virtual interrupt by hypercall with a stack that is nowhere, half there, read-only, or
 * the hypervisor's. Half there: the words that a page holds may be written, and that is all.
 *
 * faults: 6 #SS
 * restarts: 5
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t stacks[] = {NOWHERE + 64,   0x00400000 + 8,  0x00400000 + 64,
                                      0xC0000000 + 4, 0xC0000000 + 24, 4};

    bh_hypercall(BH_VIRQ_HANDLER, (uint32_t)catch_trap, 0, 0, 0, 0);
    bh_control()->virq_pending = 1u << 9;
    bh_control()->virq_enabled = 1;
    __asm__ volatile("movl %0, %%esp\n\tint $0x82\n1:\tjmp 1b"
                     :
                     : "r"(stacks[starts % ARRAY_SIZE(stacks)]), "a"(BH_VIRQ_CHECK));
    return -1;
}
