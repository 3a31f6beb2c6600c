/* Has a lot of memory and faults at once, so that its next start is still loading when its slot
 * ends, each time at another page. No page may be begun that would not be done by then.
 *
 * area: name="bulk" size="4MiB" virtual="0x01000000" rights="rw"
 * restarts: 1000
 * faults: any #UD
 * ends: any
 * frames: 16
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    __asm__ volatile("ud2");
    return -1;
}
