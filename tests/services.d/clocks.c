/* Both clocks and both timers, seen by a partition that others take the processor from. */
#include "check.h"

enum { US = 1000, MS = 1000000 };

/* Nobody interrupts a partition for so long without taking its processor away: 5 us, 100 in Bochs. */
static uint64_t gap_ns(void)
{
    return 5 * US * tick_ns();
}

/* bh_clock_fast() is what BH_CLOCK says: never later than one that comes behind it, and never
 * earlier than one in front. */
static void one_clock(void)
{
    uint64_t before = 0;

    for (uint32_t i = 0; i < 3000; i++) {
        uint64_t a = bh_clock_fast(), b = bh_clock(), c = bh_clock_fast();

        if (a < before || b < a || c < b) {
            WANT(!"a clock that runs backwards");
            return;
        }
        before = c;
    }
}

/* Spins for so long, on the hardware clock. @return how much of it the partition was away */
static uint64_t spin(uint64_t ns)
{
    uint64_t begin = bh_clock_fast(), last = begin, now = begin, away = 0;

    while (now - begin < ns) {
        now = bh_clock_fast();
        if (now - last > gap_ns())
            away += now - last;
        last = now;
    }
    return away;
}

/* The execution clock stands still while the partition is away, and no longer. */
static void execution_clock(void)
{
    uint64_t hardware = bh_clock_fast(), execution = bh_execution_clock(), away, difference;

    away = spin(25 * MS);
    execution = bh_execution_clock() - execution;
    hardware = bh_clock_fast() - hardware;
    WANT(away > 5 * MS);
    difference = hardware - away - execution;
    WANT(difference < gap_ns() || -difference < 5 * gap_ns());
    next_slot(); /* asleep, it does not run either */
    execution = bh_execution_clock();
    for (uint32_t i = 0; i < 3; i++)
        next_slot();
    WANT(bh_execution_clock() - execution < 10 * gap_ns());
}

static volatile uint64_t deadline, lateness;
static volatile bool early;

static void hardware_expired(struct bh_trap *trap)
{
    uint64_t now = bh_clock_fast();

    count(trap);
    early |= now < deadline;
    lateness = now - deadline;
}

static void execution_expired(struct bh_trap *trap)
{
    uint64_t now = bh_execution_clock();

    count(trap);
    early |= now < deadline;
    lateness = now - deadline;
}

struct kind {
    uint32_t virq;
    uint64_t (*clock)(void);
    int32_t (*timer)(uint64_t deadline, uint32_t period);
};

static uint64_t clock_now(void)
{
    return bh_clock_fast();
}

/* A timer of either kind: fires once, not early, soon; once when it was in the past. */
static void one_shot(const struct kind *k)
{
    uint32_t before = came[k->virq];

    next_slot();
    for (uint32_t i = 0; i < 8; i++) {
        deadline = k->clock() + 100 * US + i * 317;
        WANT(k->timer(deadline, 0) == BH_OK);
        while (k->clock() < deadline + 50 * US)
            ;
        WANT(came[k->virq] == ++before && !early);
        WANT(lateness < gap_ns());
    }
    deadline = 1;
    WANT(k->timer(1, 0) == BH_OK);
    WANT(came[k->virq] == ++before && !early);
    spin(300 * US);
    WANT(came[k->virq] == before);
    WANT(k->timer(k->clock() + 50 * US, 0) == BH_OK && k->timer(0, 0) == BH_OK);
    spin(300 * US);
    WANT(came[k->virq] == before);
}

static void refusals(const struct kind *k)
{
    uint32_t before = came[k->virq];

    WANT(k->timer(1, 1) == BH_EINVAL && k->timer(1, BH_PERIOD_MIN - 1) == BH_EINVAL);
    WANT(k->timer(1ull << 62, 0) == BH_EINVAL && k->timer(UINT64_MAX, 0) == BH_EINVAL);
    WANT(k->timer(1ull << 61, 0) == BH_OK && k->timer(1ull << 60, UINT32_MAX) == BH_OK);
    spin(200 * US);
    WANT(came[k->virq] == before && k->timer(0, 0) == BH_OK);
}

/* A periodic timer on the execution clock counts what the partition ran, over slots. One on the
 * hardware clock keeps step over the time that the partition is away. */
static void periodic(const struct kind *k, uint32_t period)
{
    uint32_t before = came[k->virq], got, wanted;
    uint64_t begin = k->clock() + period;

    deadline = begin;
    WANT(k->timer(begin, period) == BH_OK);
    spin(30 * MS);
    k->timer(0, 0);
    got = came[k->virq] - before;
    wanted = (uint32_t)(k->clock() - begin) / period + 1;
    if (k->virq == BH_VIRQ_EXECUTION)
        WANT(got + 1 >= wanted && got <= wanted);
    else
        WANT(got < wanted && got > wanted / 4); /* those that went by while it was away: one each */
    WANT(!early);
}

/* A deadline on the execution clock that another slot has to come for. */
static void across_slots(void)
{
    uint64_t hardware;
    uint32_t before = came[BH_VIRQ_EXECUTION];

    next_slot();
    hardware = bh_clock_fast();
    deadline = bh_execution_clock() + 12 * MS; /* a slot has 10 */
    WANT(bh_execution_timer(deadline, 0) == BH_OK);
    spin(35 * MS);
    WANT(came[BH_VIRQ_EXECUTION] == before + 1 && !early && lateness < 3 * gap_ns());
    WANT(bh_clock_fast() - hardware >= 35 * MS);
}

int main(uint32_t starts)
{
    static const struct kind hardware = {BH_VIRQ_TIMER, clock_now, bh_timer};
    static const struct kind execution = {BH_VIRQ_EXECUTION, bh_execution_clock,
                                          bh_execution_timer};

    (void)starts;
    count_all();
    bh_virq_handler_set(BH_VIRQ_TIMER, hardware_expired);
    bh_virq_handler_set(BH_VIRQ_EXECUTION, execution_expired);
    WANT(bh_hypercall(BH_EXECUTION_CLOCK, 0xC0000000, 0, 0, 0, 0) == BH_EFAULT);
    WANT(bh_hypercall(BH_EXECUTION_CLOCK, 0xBFFFFFFC, 0, 0, 0, 0) == BH_EFAULT);
    WANT(bh_cache_flush() == BH_OK);
    one_clock();
    execution_clock();
    one_shot(&hardware);
    one_shot(&execution);
    refusals(&hardware);
    refusals(&execution);
    periodic(&hardware, 1 * MS);
    periodic(&execution, 1 * MS);
    across_slots();
    return finish();
}
