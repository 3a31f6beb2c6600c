/* Makes the page that its stack is on read-only. CR0.WP has to hold the hypervisor too, and its
 * check has to come before: the trap is the partition's fault, and the page stays as it is.
 *
 * faults: 2 #UD
 * restarts: 1
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

static uint32_t page[2 * PAGE / 4] __attribute__((aligned(4096)));

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    check(bh_protect(page, 2, BH_READ) == BH_OK, "protect", 0);
    __asm__ volatile("movl %0, %%esp\n\tud2" : : "r"(&page[PAGE / 4]));
    return -1;
}
