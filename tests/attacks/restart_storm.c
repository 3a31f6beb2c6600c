/* Faults as soon as it runs, again and again until its restarts are used up. Loading it takes its
 * own time, and the reports do not keep others from their slots.
 *
 * faults: 41 #UD
 * restarts: 40
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    __asm__ volatile("ud2");
    return -1;
}
