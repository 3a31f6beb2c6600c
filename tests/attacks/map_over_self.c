/* Maps over its own code and stack, and takes them away: its own affair, and its own fault.
 *
 * area: name="heap" size="128KiB" rights="rw"
 * faults: 4 #PF
 * restarts: 3
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    switch (starts) {
    case 0:
        bh_unmap((void *)0x00400000, 16);
        break;
    case 1: /* zeros: `add %al, (%eax)`, until EAX = 0 = BH_OK faults */
        bh_map((void *)0x00400000, 1, 0, 8, BH_READ);
        break;
    case 2:
        bh_protect((void *)0x00400000, 16, BH_READ);
        *(volatile uint32_t *)0x00400000 = 1;
        break;
    case 3:
        bh_unmap((void *)0x0040F000, 1);
        break;
    }
    return -1;
}
