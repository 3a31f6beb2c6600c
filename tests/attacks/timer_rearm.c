/* Sets its timer to another time in every hypercall, up to and beyond its slot's end. The machine
 * has one timer, and setting it costs a moment: the slot has to end all the same.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    for (uint32_t odd = 0;; odd ^= 1)
        bh_timer(odd ? bh_clock_fast() + 300 : 0, 0);
}
