/* Several address spaces: a page that is mapped in one is not there in another, changes to one that
 * is not in use hold when it is, frames wander from one to the other, and the page tables are one
 * pool. The partition itself moves between them, with the control page where it wants it.
 *
 * area: name="heap" size="64KiB" rights="rw"
 * area: name="rom" size="8KiB" rights="r"
 * attributes: spaces="3"
 * page-tables: 10
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define AT 0x10000000u
#define RW (BH_READ | BH_WRITE)

static uint32_t sink;

static void read_from(uint32_t address)
{
    sink += *(volatile uint32_t *)address;
}

static void write_to(uint32_t address)
{
    *(volatile uint32_t *)address = 7;
}

static void map_heap(uint32_t space, uint32_t page, uint32_t rights)
{
    check(bh_map((void *)AT, 1, page * PAGE, 1, rights | BH_IN_SPACE(space)) == BH_OK, "map",
          space);
}

/* Our image, stack and control page in another space, so that we can live there. */
static void move_in(uint32_t space)
{
    struct bh_mapping all[] = {{space, 0x400000, 0, 0, 16, RW},
                               {space, BH_CONTROL_PAGE, BH_CONTROL_AREA, 0, 1, RW}};

    check(bh_map_batch(all, 2) == 2, "moving in", space);
}

static void go(uint32_t space)
{
    check(bh_space_switch(space) == BH_OK, "switch", space);
}

static void touch(void)
{
    map_heap(0, 0, RW);
    map_heap(1, 1, RW);
    *(volatile uint32_t *)AT = 0x1111;
    go(1);
    must_not_trap(read_from, AT, "read");
    check(*(volatile uint32_t *)AT == 0, "the other space's page", 0);
    *(volatile uint32_t *)AT = 0x2222;
    go(0);
    check(*(volatile uint32_t *)AT == 0x1111, "ours", *(volatile uint32_t *)AT);
    /* From the other side: the frame goes over, and its page there loses its rights. */
    map_heap(0, 1, RW);
    check(*(volatile uint32_t *)AT == 0x2222, "the frame that came", *(volatile uint32_t *)AT);
    check(bh_protect((void *)AT, 1, BH_READ | BH_IN_SPACE(1)) == BH_OK, "protect", 1);
    must_not_trap(write_to, AT, "write");
    go(1);
    check(*(volatile uint32_t *)AT == 7, "the same frame", *(volatile uint32_t *)AT);
    must_trap(14, write_to, AT, "write after protect");
    go(0);
    check(bh_hypercall(BH_UNMAP, AT, 1, BH_IN_SPACE(1), 0, 0) == BH_OK, "unmap", 1);
    must_not_trap(read_from, AT, "read");
    go(1);
    must_trap(14, read_from, AT, "read after unmap");
    check(bh_hypercall(BH_UNMAP, AT, 1, BH_IN_SPACE(0), 0, 0) == BH_OK, "unmap", 0);
    go(0);
    must_trap(14, read_from, AT, "read after unmap from there");
}

/* A hypercall's pointer means the space in use. */
static void pointers(void)
{
    map_heap(1, 2, RW);
    check(bh_hypercall(BH_CLOCK, AT, 0, 0, 0, 0) == BH_EFAULT, "pointer into another space", 0);
    go(1);
    check(bh_hypercall(BH_CLOCK, AT, 0, 0, 0, 0) == BH_OK, "pointer", 0);
    check(bh_map((void *)AT, 1, 2 * PAGE, 1, BH_READ | BH_IN_SPACE(1)) == BH_OK, "map", 1);
    check(bh_hypercall(BH_CLOCK, AT, 0, 0, 0, 0) == BH_EFAULT, "read-only pointer", 0);
    go(0);
}

static void refusals(void)
{
    static const struct bh_mapping bad[] = {
        {4, AT, 1, 0, 1, RW},
        {0, HYPERVISOR, 1, 0, 1, RW},
        {0, AT, 7, 0, 1, RW},
        {0, AT, 1, 0, 17, RW},
        {0, AT, 2, 0, 1, RW},
        {0, AT, 1, 1, 1, RW},
        {0, AT, 1, 0, 1, 4},
        {0, AT, 1, 0, 0, 0},
        {0, IMAGE, 1, 0, 1, 0},
        {0, AT, 1, 0, 33, 0},
        {0xFFFFFFFF, AT, 1, 0, 1, 0},
        {0, BH_CONTROL_PAGE, 1, 0, 1, 0},
        {0, AT, BH_CONTROL_AREA, 0, 1, RW},
    };
    static struct bh_mapping two[17] = {{0, AT, 1, 0, 1, RW}};

    for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
        two[1] = bad[i];
        check(bh_map_batch(two, 2) < 0, "a bad entry", i);
        must_trap(14, read_from, AT, "a good entry before a bad one was done");
    }
    for (uint32_t i = 0; i < 17; i++)
        two[i] = (struct bh_mapping){0, AT, 1, 0, 5, BH_READ};
    check(bh_map_batch(two, 13) == BH_ESIZE, "65 pages", 0);
    check(bh_map_batch(two, 17) == BH_ESIZE, "17 entries", 0);
    check(bh_hypercall(BH_MAP_BATCH, (uint32_t)two, 0, 0, 0, 0) == BH_EINVAL, "no entry", 0);
    check(bh_map_batch((struct bh_mapping *)IMAGE, 1) == BH_EFAULT, "hypervisor", 0);
    check(bh_map_batch((struct bh_mapping *)(HYPERVISOR - 24), 2) == BH_EFAULT, "border", 0);
    check(bh_map_batch((struct bh_mapping *)0xFFFFFFF0, 2) == BH_EFAULT, "wrapping", 0);
    must_trap(14, read_from, AT, "something was mapped");
    check(bh_space_switch(4) == BH_EINVAL && bh_space_switch(0x80000000) == BH_EINVAL, "switch", 4);
    check(bh_space_clear(4) == BH_EINVAL && bh_space_clear(0) == BH_EINVAL, "clear", 0);
}

/* 10 tables, 6 of them in use. Those of a cleared space can be had again. */
static void pool(void)
{
    for (uint32_t round = 0; round < 3; round++) {
        uint32_t i;

        for (i = 0; bh_map((void *)(AT + i * 0x400000), 1, 0, 1, BH_READ | BH_IN_SPACE(2)) == BH_OK;
             i++)
            check(i < 100, "an endless pool", i);
        check(i == 4, "tables for space 2", i); /* 0 and 1 have three each */
        check(bh_map((void *)AT, 1, 0, 1, BH_READ | BH_IN_SPACE(3)) == BH_ENOMEM, "none left", i);
        check(bh_space_clear(2) == BH_OK, "clear", 2);
    }
}

/* Space 0 cleared from outside has nothing but its control page; and the way back. */
static void clear_first(void)
{
    struct bh_mapping back = {0, 0x400000, 0, 0, 16, RW};

    go(1);
    check(bh_space_clear(1) == BH_EINVAL, "clearing oneself", 1);
    check(bh_space_clear(0) == BH_OK, "clear", 0);
    check(bh_map_batch(&back, 1) == 1, "map", 0);
    go(0);
    check(bh_control()->signature == BH_SIGNATURE, "control page", 0);
    check(bh_space_clear(1) == BH_OK, "clear", 1);
}

int main(uint32_t starts)
{
    (void)starts;
    check(bh_control()->spaces == 4 && bh_control()->version == BH_API_VERSION, "identity", 0);
    catch_all();
    move_in(1);
    refusals();
    touch();
    pointers();
    pool();
    clear_first();
    return 0;
}
