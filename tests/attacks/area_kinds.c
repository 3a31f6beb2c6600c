/* A shared block, twice, with other rights and another offset; a device, which is a PC's BIOS; and
 * memory that the processor may not cache. A cold start scrubs what is the partition's own and leaves
 * the block as it is. Nothing is to be had of a block or a device beyond the area.
 *
 * area: name="whole" shared="block" size="8KiB" virtual="0x01000000" rights="rw"
 * area: name="second" shared="block" offset="0x1000" size="4KiB" virtual="0x01100000" rights="r"
 * area: name="bios" device="yes" physical="0xF0000" size="64KiB" virtual="0x01200000" rights="r"
 * area: name="direct" size="4KiB" virtual="0x01300000" rights="rw" cache="uncached"
 * area: name="through" size="4KiB" virtual="0x01301000" rights="rw" cache="write-through"
 * shared: name="block" size="16KiB"
 * page-tables: 8
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static volatile uint32_t *const whole = (uint32_t *)0x01000000,
                                *const second = (uint32_t *)0x01100000,
                                *const direct = (uint32_t *)0x01300000;
static const uint8_t *const bios = (uint8_t *)0x01200000;
static uint32_t sink;

static void read_from(uint32_t address)
{
    sink += *(volatile uint32_t *)address;
}

static void write_to(uint32_t address)
{
    *(volatile uint32_t *)address = 7;
}

static int32_t map(uint32_t area, uint32_t offset, uint32_t pages, uint32_t rights)
{
    return bh_map((void *)0x02000000, area, offset, pages, rights);
}

static void first(void)
{
    check(whole[0] == 0 && whole[1024] == 0 && direct[0] == 0, "memory that is not zeros", 0);
    whole[1024] = 0x12345678;
    direct[0] = direct[1024] = 5;
    check(second[0] == 0x12345678, "the other view", second[0]);
    must_trap(14, write_to, (uint32_t)second, "write to the view that is for reading");
    must_trap(14, write_to, (uint32_t)bios, "write to the BIOS");
    check(bios[0xFFF0] == 0xEA, "a far jump at the reset vector", bios[0xFFF0]);
    must_trap(14, read_from, (uint32_t)whole + 2 * PAGE, "read behind the area");
    check(map(1, 2 * PAGE, 1, BH_READ) == BH_EINVAL, "behind the block's part", 0);
    check(map(1, 0, 3, BH_READ) == BH_EINVAL, "more than the block's part", 0);
    check(map(2, PAGE, 1, BH_READ) == BH_EINVAL, "behind the second part", 0);
    check(map(2, 0, 1, BH_READ | BH_WRITE) == BH_EPERM, "more rights to the second part", 0);
    check(map(3, 16 * PAGE, 1, BH_READ) == BH_EINVAL, "behind the device", 0);
    check(map(3, 0, 1, BH_READ | BH_WRITE) == BH_EPERM, "more rights to the device", 0);
    check(map(2, 0, 1, BH_READ) == BH_OK, "the second part", 0);
    check(*(volatile uint32_t *)0x02000000 == 0x12345678, "a third view", 0);
    check(map(3, 15 * PAGE, 1, BH_READ) == BH_OK, "the device", 0);
    check(*(volatile uint8_t *)0x02000FF0 == 0xEA, "the device from elsewhere", 0);
    bh_hypercall(BH_PARTITION_RESET, BH_SELF, BH_RESET_COLD, 0, 0, 0);
    broken("still here", 0);
}

int main(uint32_t starts)
{
    catch_all();
    if (starts == 0)
        first();
    check(whole[1024] == 0x12345678, "the block was scrubbed at a start", whole[1024]);
    check(direct[0] == 0 && direct[1024] == 0, "memory that was not scrubbed", direct[0]);
    must_trap(14, read_from, 0x02000000, "a mapping from before the start");
    return 0;
}
