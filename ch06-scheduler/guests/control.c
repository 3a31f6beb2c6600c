/* The victim: a control loop that shares the machine with a partition that never yields and one
 * that floods the hypervisor. It computes with floating point, is interrupted by its own timer in
 * the middle of that, and checks that none of it ever comes out different. */
#include "lib/guest.h"

enum {
    STEPS = 2000,           /* of the computation */
    PERIOD_NS = 500 * 1000, /* of the virtual timer */
    FRAMES = 15,            /* major frames that we take part in */
};

static volatile uint32_t timer_interrupts, in_the_middle, slots;
static volatile bool computing;

/* Leibniz' series for pi. Its sum lives in an FPU register from beginning to end. */
static double compute(void)
{
    double sum = 0, sign = 1;

    computing = true;
    for (int i = 0; i < STEPS; i++, sign = -sign)
        sum += sign / (2 * i + 1);
    computing = false;
    return 4 * sum;
}

static void timer(struct bh_trap *trap)
{
    (void)trap;
    timer_interrupts++;
    in_the_middle += computing;
}

static void slot(struct bh_trap *trap)
{
    (void)trap;
    slots++;
}

int main(uint32_t starts)
{
    volatile double first = compute(), again; /* in memory: FPU registers hold more digits */
    uint64_t now = bh_clock_fast(), before = now;
    uint32_t different = 0;
    bool well;

    (void)starts;
    bh_virq_handler_set(BH_VIRQ_TIMER, timer);
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    bh_timer(now + PERIOD_NS, PERIOD_NS);
    bh_virq_enable();
    while (slots < 2 * FRAMES) { /* two slots in each frame */
        again = compute();
        different += again != first;
        now = bh_clock_fast();
        different += now <= before; /* time runs forwards only */
        before = now;
    }
    bh_virq_disable();
    /* 3 ms of each 10 ms are ours; the timer comes each 0.5 ms of them, and late once a slot. */
    well = !different && in_the_middle > FRAMES && timer_interrupts >= 4 * FRAMES;
    printf("pi is about %u.%06u, each time.\n", (uint32_t)first,
           (uint32_t)((first - (uint32_t)first) * 1000000));
    printf("%u slots, %s%u timer interrupts, most of them in the middle of computing: %s\n", slots,
           timer_interrupts >= 4 * FRAMES ? "more than " : "only ", 4 * FRAMES,
           well ? "all well" : "WRONG");
    return well ? 0 : -1;
}
