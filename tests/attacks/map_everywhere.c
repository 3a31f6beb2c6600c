/* Uses its pool of page tables up, fills them with pages, and faults: the pool is taken back, and
 * there is the same amount of it in each life.
 *
 * area: name="heap" size="4KiB" rights="rw"
 * page-tables: 16
 * faults: 3 #UD
 * restarts: 2
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    uint32_t mapped = 0, address = 0x01000000;

    (void)starts;
    while (bh_map((void *)address, 1, 0, 1, BH_READ | BH_WRITE) == BH_OK && mapped < 1000) {
        *(volatile uint32_t *)address = mapped++;
        address += 0x400000;
    }
    check(mapped == 14, "page tables", mapped); /* one for the image, one for the control page */
    check(bh_map((void *)address, 1, 0, 1, BH_READ) == BH_ENOMEM, "one more", address);
    check(bh_map((void *)(0x01400000 - PAGE), 1, 0, 1, BH_READ) == BH_OK,
          "in a table that is there", 0);
    for (uint32_t page = 1; page < 1000; page++)
        check(bh_map((void *)(0x01000000 + page * PAGE), 1, 0, 1, BH_READ) == BH_OK, "map", page);
    __asm__ volatile("ud2");
    return -1;
}
