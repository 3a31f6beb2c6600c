/* Faults just before its slot ends, at another moment in each of its lives: the report, and what is
 * done at once for the next start, are the longest way through the hypervisor that it can send it.
 *
 * restarts: 1000
 * faults: any #UD
 * ends: any
 * frames: 24
 * late: 8000
 * emulators: qemu bochs
 */
#include "attack.h"

#define QEMU_US 500u /* the second of its slots in a frame, which begins where the victim's ends */

int main(uint32_t starts)
{
    uint32_t tick = (uint32_t)(bh_control()->ns_per_tick >> 32) > 1 ? 20 : 1;
    uint32_t length = tick == 1 ? QEMU_US * 1000 : QEMU_US * 10000;
    uint64_t start;

    while (!(bh_control()->virq_pending & 1u << BH_VIRQ_SLOT))
        ;
    start = bh_clock_fast();
    while (bh_clock_fast() < start + length - (starts * 211 % 6000 + 300) * tick)
        ;
    __asm__ volatile("ud2");
    return -1;
}
