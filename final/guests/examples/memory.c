/* Example 3: a partition arranges its own memory, and handles its own page faults: the handler maps
 * the page that was missing. */
#include "guests/examples/example.h"

static volatile uint32_t *const here = (uint32_t *)0x20000000;
static struct bh_area spare;
static uint32_t faults;

/* A page fault is the partition's own affair as long as it has a handler for it. */
static void page_fault(struct bh_trap *trap)
{
    faults++;
    EXPECT(trap->cause.address == (uint32_t)here);
    EXPECT(bh_map((void *)here, spare.index, 0, 1, BH_READ | BH_WRITE) == BH_OK);
}

int main(uint32_t starts)
{
    (void)starts;
    EXPECT(bh_trap_handler_set(14, page_fault) == BH_OK);
    EXPECT(bh_area("spare", &spare) == BH_OK && spare.size == 0x4000);
    EXPECT(bh_area("nothing", &spare) == BH_ENOENT);
    *here = 42; /* nothing is mapped there: see above */
    EXPECT(faults == 1 && *here == 42);
    EXPECT(bh_protect((void *)here, 1, BH_READ) == BH_OK);
    *here = 43; /* not any more */
    EXPECT(faults == 2 && *here == 43);
    EXPECT(bh_unmap((void *)here, 1) == BH_OK);
    EXPECT(*here == 43 && faults == 3); /* the memory was still the partition's */
    EXPECT(bh_map((void *)here, spare.index, 0x4000, 1, BH_READ) == BH_EINVAL); /* behind its end */
    EXPECT(bh_map((void *)0xC0000000, spare.index, 0, 1, BH_READ) == BH_EINVAL);
    EXPECT(bh_area("tables", &spare) == BH_OK);
    EXPECT(bh_map((void *)here, spare.index, 0, 1, BH_READ | BH_WRITE) == BH_EPERM);
    printf("three page faults, handled here\n");
    return 0;
}
