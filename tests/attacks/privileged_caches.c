/* invd and wbinvd, which are privileged: each has to end in #GP(0), and change nothing. QEMU 10 does
 * nothing at CPL 3 and goes on, where a processor faults.
 *
 * ends: finished 0
 * emulators: qemu<10 bochs
 */
#include "attack.h"

static void invd(uint32_t unused)
{
    (void)unused;
    __asm__ volatile("invd" : : : "memory");
}

static void wbinvd(uint32_t unused)
{
    (void)unused;
    __asm__ volatile("wbinvd" : : : "memory");
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    must_trap(13, invd, 0, "invd");
    check(caught.error == 0, "invd", caught.error);
    must_trap(13, wbinvd, 0, "wbinvd");
    check(caught.error == 0, "wbinvd", caught.error);
    return 0;
}
