/* A page fault handler where nothing is mapped: each delivery faults again, until the stack is used
 * up. It ends in the monitor, once, and never in a loop of the hypervisor.
 *
 * faults: 3 #PF
 * restarts: 2
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t handlers[] = {NOWHERE, 0xBFFFE000, 4};

    bh_hypercall(BH_TRAP_HANDLER, 14, handlers[starts % 3], 0, 0, 0);
    return *(volatile int *)NOWHERE;
}
