/* Hypercalls without a pause, the longest that there are among them.
 *
 * area: name="heap" size="128KiB" rights="rw"
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const char name[24] = "no area has such a name";
    static char text[BH_CONSOLE_MAX];
    struct bh_area area;

    (void)starts;
    for (;;) {
        bh_map((void *)0x10000000, 1, 0, 32, BH_READ | BH_WRITE);
        bh_protect((void *)0x10000000, 32, BH_READ);
        bh_unmap((void *)0x10000000, 32);
        bh_area(name, &area);
        bh_console_write(text, sizeof text);
        bh_clock();
    }
}
