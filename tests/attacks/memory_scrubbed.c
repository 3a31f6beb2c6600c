/* Fills all of its memory with secrets, also an area that is mapped by hypercall, and is started
 * again: nothing of them is there any more.
 *
 * area: name="heap" size="64KiB" rights="rw"
 * area: name="data" size="16KiB" virtual="0x00900000" rights="rw"
 * faults: 3 #UD
 * restarts: 2
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

#define HEAP 0x10000000u

static void fill_or_find(uint32_t from, uint32_t to)
{
    for (volatile uint32_t *at = (uint32_t *)from; at < (uint32_t *)to; at++) {
        check(*at == 0, "not scrubbed", (uint32_t)at);
        *at = 0x5EC8E7;
    }
}

int main(uint32_t starts)
{
    struct bh_area heap;

    (void)starts;
    check(bh_area("heap", &heap) == BH_OK, "area", 0);
    check(bh_map((void *)HEAP, heap.index, 0, 16, BH_READ | BH_WRITE) == BH_OK, "map", 0);
    fill_or_find(HEAP, HEAP + heap.size);
    fill_or_find(0x00900000, 0x00904000);
    fill_or_find(0x0040A000, 0x0040F000); /* behind the image, below the stack */
    __asm__ volatile("ud2");
    return -1;
}
