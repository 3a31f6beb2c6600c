/* A partition that floods the hypervisor: any hypercall but those that end or resume it, with
 * arguments out of a random number generator. Unless a handler that it set by chance has ended
 * it by then, it also loses its stack: the next virtual interrupt finds no place. Either way it is
 * stopped once and started again. */
#include "lib/guest.h"

enum { CALLS = 3000 };

static uint32_t state = 0x12345678;

/* Marsaglia's xorshift. */
static uint32_t random(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* Awkward values come more often than chance would have it. */
static uint32_t argument(void)
{
    static const uint32_t awkward[] = {
        0,          1,          0x1000,     0x7FFFFFFF, 0x80000000, 0xBFFFF000, 0xBFFFFFFF,
        0xC0000000, 0xC0100000, 0xFFFFF000, 0xFFFFFFFF, 0x00400000, 0x0040F000,
    };
    uint32_t r = random();

    return r & 1 ? awkward[(r >> 1) % ARRAY_SIZE(awkward)] : random();
}

static void flood(uint32_t calls)
{
    for (uint32_t i = 0; i < calls; i++) {
        uint32_t number = random() % (BH_HYPERCALLS + 2);

        if (number == BH_HALT || number == BH_TRAP_RETURN || number == BH_UNMAP ||
            number == BH_PROTECT || number == BH_MAP)
            number = BH_NULL; /* these would change the ground we stand on */
        bh_hypercall(number, argument(), argument(), argument(), argument(), argument());
    }
}

int main(uint32_t starts)
{
    printf("Flooding, start %u.\n", starts);
    flood(CALLS);
    if (starts == 0) {
        for (uint32_t vector = 0; vector < BH_TRAPS; vector++)
            bh_trap_handler_set(vector, NULL);
        bh_virq_handler_set(BH_VIRQ_SLOT, NULL);
        bh_virq_enable();
        __asm__ volatile("movl $0xC0000000, %esp");
    }
    for (;;)
        bh_hypercall(BH_NULL, 0, 0, 0, 0, 0);
}
