/* Example 7: what the description says about what goes wrong: of an illegal instruction the
 * partition is told, a missed deadline is written down, and a division by zero resets it warm. */
#include "guests/examples/example.h"

static uint32_t *const notes =
    (uint32_t *)0x00800000; /* an area of its own: a warm reset keeps it */
static volatile uint32_t told;

static void health(struct bh_trap *trap)
{
    EXPECT(bh_control()->health.event == BH_HEALTH_ILLEGAL);
    EXPECT(bh_control()->health.eip == trap->cause.eip);
    told++;
    trap->cause.eip += 2; /* go on behind it */
}

int main(uint32_t starts)
{
    if (starts) {
        EXPECT(bh_control()->start_reason == BH_START_HEALTH && notes[0] == 4711);
        EXPECT(bh_control()->mode == BH_MODE_WARM_START && told == 0);
        printf("started again, and remember %u\n", notes[0]);
        return 0;
    }
    bh_virq_handler_set(BH_VIRQ_HEALTH, health);
    bh_virq_enable();
    __asm__ volatile("ud2");
    EXPECT(told == 1);
    EXPECT(bh_health_raise(BH_HEALTH_DEADLINE, 1500) == BH_OK); /* 1500 us, say: our own number */
    notes[0] = 4711;
    __asm__ volatile("divl %%ecx" : : "a"(1), "d"(0), "c"(0));
    return -1; /* here it does not come */
}
