/* Sets TF and makes a hypercall, with no handler for what follows.
 *
 * faults: 2 #DB
 * restarts: 1
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    __asm__ volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\tint $0x82\n\tnop"
                     :
                     : "a"(BH_NULL)
                     : "memory");
    return -1;
}
