/* Empties the caches, for ever. In the emulators that is an instruction as any other; what it does
 * on hardware is in CAVEATS.md.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    for (;;)
        check(bh_cache_flush() == BH_OK, "BH_CACHE_FLUSH", 0);
}
