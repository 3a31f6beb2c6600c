/* Not an attack: a third partition, which gives up most of its slot and sees the time go by. */
#include "attack.h"

static volatile uint32_t slots;

static void slot(struct bh_trap *trap)
{
    (void)trap;
    slots++;
}

int main(uint32_t starts)
{
    uint64_t before = 0, now;

    check(starts == 0, "the observer was started again", starts);
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    for (;;) {
        uint32_t seen = slots;

        bh_virq_enable();
        while (slots == seen)
            bh_wait();
        check(slots == seen + 1, "the observer lost a slot", slots);
        now = bh_clock_fast();
        check(now > before, "time runs backwards", (uint32_t)now);
        before = now;
        printf("saw slot %u\n", slots);
    }
}
