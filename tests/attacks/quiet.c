/* No attack at all: what the others are compared with.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    return 0;
}
