/* Writes to the hypervisor with no handler of its own: each write ends it, and is charged to it.
 *
 * faults: 4 #PF
 * restarts: 3
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t targets[] = {HYPERVISOR, IMAGE, HYPERVISOR + VICTIM, 0xFFFFFFFC};

    *(volatile uint32_t *)targets[starts % 4] = 0xBAD;
    return -1;
}
