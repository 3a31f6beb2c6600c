/* Ends before it has done anything, with an odd result.
 *
 * ends: finished 2147483647
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    bh_halt(0x7FFFFFFF);
}
