/* String instructions that run from the control page over the border into the hypervisor. What is
 * its own may be written; the first byte behind has to fault.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void store_over(uint32_t back)
{
    uint32_t to = HYPERVISOR - back, count = 4 * back;

    __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(0x5A) : "memory");
}

static void copy_over(uint32_t back)
{
    uint32_t from = HYPERVISOR - back / 2, to = HYPERVISOR - 2 * back, count = back;

    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static void backwards(uint32_t above)
{
    uint32_t to = HYPERVISOR + above, count = 2 * above;

    __asm__ volatile("std\n\trep stosb\n\tcld" : "+D"(to), "+c"(count) : "a"(0) : "memory");
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t back = 4; back <= 1024; back *= 2) {
        must_trap(14, store_over, back, "rep stos over the border");
        check(caught.address == HYPERVISOR, "stopped elsewhere", caught.address);
        check(*(volatile uint8_t *)(HYPERVISOR - 1) == 0x5A, "not stored", back);
        must_trap(14, copy_over, back, "rep movs over the border");
        check(caught.address == HYPERVISOR, "stopped elsewhere", caught.address);
        must_trap(14, backwards, back, "rep stos down from the hypervisor");
    }
    return 0;
}
