/* Uses a large pool of page tables up, and faults near the end of its slot: emptying so many tables
 * takes long, and must not take the victim's time.
 *
 * area: name="heap" size="4KiB" rights="rw"
 * page-tables: 700
 * restarts: 100
 * faults: any #UD
 * ends: any
 * frames: 16
 */
#include "attack.h"

int main(uint32_t starts)
{
    uint64_t start = bh_clock_fast();

    for (uint32_t address = 0x01000000; address < HYPERVISOR; address += 0x400000)
        bh_map((void *)address, 1, 0, 1, BH_READ);
    while (bh_clock_fast() < start + (starts % 10 + 1) * 100000) /* at various places of a slot */
        ;
    __asm__ volatile("ud2");
    return -1;
}
