/* Has no line, and must not notice that others have: it looks at what is pending, at what a line's
 * number gets it, and at how long it is interrupted. */
#include "lib/guest.h"

enum { SLOTS = 12 };

static uint32_t failures, taken;

static void none(struct bh_trap *trap)
{
    taken |= 1u << (trap->cause.vector - BH_VIRQ_BASE);
}

static uint64_t ticks(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

int main(uint32_t starts)
{
    uint32_t slots = 0, longest = 0;
    uint64_t last;

    (void)starts;
    for (uint32_t i = 0; i < BH_VIRQS; i++)
        bh_virq_handler_set(i, none);
    for (uint32_t line = 0; line < 20; line++)
        failures += bh_line_mask(line, 0) != (line < 16 ? BH_EPERM : BH_EINVAL) ||
                    bh_line_end(line) != (line < 16 ? BH_EPERM : BH_EINVAL);
    bh_control()->virq_pending = 0;
    last = ticks();
    while (slots < SLOTS) {
        uint64_t now = ticks();
        uint32_t gap = (uint32_t)(now - last);

        last = now;
        if (bh_control()->virq_pending & 1u << BH_VIRQ_SLOT) {
            taken |= bh_control()->virq_pending;
            bh_control()->virq_pending = 0;
            slots++;
            last = ticks();
        } else if (gap > longest)
            longest = gap;
    }
    printf("%u failures, interrupted for %u ticks at the most, virtual interrupts 0x%x\n", failures,
           longest, taken);
    return failures ? -1 : 0;
}
