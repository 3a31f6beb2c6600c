/* Maps, touches, takes away and touches again; and exchanges pages under addresses that the TLB
 * knows. The old translation must be gone at once, each time.
 *
 * area: name="heap" size="64KiB" rights="rw"
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static volatile uint32_t *const window = (volatile uint32_t *)0x10000000u;
static uint32_t sink;

static void read_from(uint32_t address)
{
    sink += *(volatile uint32_t *)address;
}

static void write_to(uint32_t address)
{
    *(volatile uint32_t *)address = 7;
}

int main(uint32_t starts)
{
    uint32_t at = (uint32_t)window;

    (void)starts;
    catch_all();
    for (uint32_t round = 0; round < 100; round++) {
        uint32_t page = round % 15;

        check(bh_map((void *)at, 1, page * PAGE, 1, BH_READ | BH_WRITE) == BH_OK, "map", page);
        *window = round;
        check(bh_map((void *)at, 1, (page + 1) * PAGE, 1, BH_READ | BH_WRITE) == BH_OK, "map", 1);
        *window = ~round;
        check(bh_map((void *)at, 1, page * PAGE, 1, BH_READ) == BH_OK, "map again", page);
        check(*window == round, "an old translation was read", *window);
        must_trap(14, write_to, at, "write through an old right");
        check(bh_protect((void *)at, 1, BH_READ | BH_WRITE) == BH_OK, "protect", 0);
        must_not_trap(write_to, at, "write");
        check(bh_protect((void *)at, 1, BH_READ) == BH_OK, "protect", 1);
        must_trap(14, write_to, at, "write after protect");
        must_not_trap(read_from, at, "read");
        check(bh_unmap((void *)at, 1) == BH_OK, "unmap", 0);
        must_trap(14, read_from, at, "read after unmap");
        check(caught.error == 4, "error code", caught.error);
    }
    return 0;
}
