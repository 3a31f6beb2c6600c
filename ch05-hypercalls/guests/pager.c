/* A partition that handles its own page faults: a window of addresses without memory behind it, and
 * a handler that maps a page of the area `heap` where it was touched. The instruction that faulted
 * runs again and never knows. */
#include "lib/guest.h"

#define WINDOW 0x10000000u
#define PAGE 0x1000u

static struct bh_area heap;
static uint32_t next_page; /* of the heap */
static uint32_t faults;

static void page_fault(struct bh_trap *trap)
{
    uint32_t address = trap->cause.address;
    int32_t result;

    faults++;
    printf("#PF at 0x%08x, error code %u: ", address, trap->cause.error);
    result = bh_map((void *)(address & ~(PAGE - 1)), heap.index, next_page++ * PAGE, 1,
                    BH_READ | BH_WRITE);
    printf("mapping a page there: %s\n", bh_error_name(result));
    if (result < 0)
        bh_halt(result);
}

/* A write to a page that we made read-only: allowed again by the handler. */
static void write_fault(struct bh_trap *trap)
{
    faults++;
    printf("#PF at 0x%08x, error code %u: ", trap->cause.address, trap->cause.error);
    printf("allowing writes again: %s\n",
           bh_error_name(
               bh_protect((void *)(trap->cause.address & ~(PAGE - 1)), 1, BH_READ | BH_WRITE)));
}

int main(uint32_t starts)
{
    volatile uint32_t *words = (volatile uint32_t *)WINDOW;

    (void)starts;
    bh_area("heap", &heap);
    bh_trap_handler_set(14, page_fault);
    for (uint32_t i = 0; i < 3; i++) {
        words[i * PAGE / 4] = i + 1;
        bh_yield();
    }
    bh_protect((void *)WINDOW, 1, BH_READ);
    bh_trap_handler_set(14, write_fault);
    words[0] = 10;
    printf("sum %u after %u faults\n", words[0] + words[PAGE / 4] + words[2 * PAGE / 4], faults);
    return words[0] + words[PAGE / 4] + words[2 * PAGE / 4] == 15 && faults == 4 ? 0 : -1;
}
