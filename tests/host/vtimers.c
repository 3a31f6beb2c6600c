/* virt/vcpu/vtimer.c: the two timers of a partition, on two clocks that do not go alike: deadlines,
 * periods that go by while a partition is away or does not run, and refusals.
 *
 * since: final
 * sources: virt/vcpu/vtimer.c
 */
#include "host.h"

#include "core/clock.h"
#include "core/timer.h"
#include "hw/tsc.h"
#include "virt/cpu.h"
#include "virt/time/plan.h"
#include "virt/vcpu/vtimer.h"

enum { TICKS_PER_NS = 3, START = 1000 };

struct cpu boot_cpu;

static uint64_t now; /* ns */
static struct slot slot;
static struct bh_control_page page;
static struct vcpu v = {.control = &page};

uint64_t tsc_read(void)
{
    return START + now * TICKS_PER_NS;
}

uint64_t clock_from_ticks(uint64_t ticks)
{
    return ticks / TICKS_PER_NS;
}

uint64_t clock_from_tsc(uint64_t tsc)
{
    return clock_from_ticks(tsc - START);
}

uint64_t clock_to_ticks(uint64_t ns)
{
    return ns * TICKS_PER_NS;
}

uint64_t clock_to_tsc(uint64_t ns)
{
    return START + ns * TICKS_PER_NS;
}

/* @return whether this virtual interrupt came, and no other */
static bool fires(uint32_t virq)
{
    uint32_t raised;

    page.virq_pending = 0;
    if (tsc_read() >= v.event_tsc)
        vtimer_expire(&v, tsc_read());
    raised = page.virq_pending;
    CHECK(raised == 0 || raised == 1u << virq, "raised 0x%x", raised);
    return raised;
}

/* As virt/time/sched.c does it. */
static void run(void)
{
    boot_cpu.run_since = tsc_read();
    boot_cpu.running = &v;
    vtimer_find_event(&v);
}

static void stop(void)
{
    v.ran += tsc_read() - boot_cpu.run_since;
    boot_cpu.running = NULL;
}

static void one_shot(enum vtimer_clock clock, uint32_t virq)
{
    uint64_t zero = clock == VTIMER_HARDWARE ? 0 : now - vtimer_execution_clock(&v);

    CHECK(vtimer_set(&v, clock, now - zero + 2000, 0) == BH_OK);
    CHECK(boot_cpu.pending & PENDING_RESCHEDULE, "the next event may be another one now");
    CHECK(!fires(virq));
    now += 1999;
    CHECK(!fires(virq));
    now += 1;
    CHECK(fires(virq) && !fires(virq));
    now += 1u << 31;
    CHECK(!fires(virq));
    CHECK(vtimer_set(&v, clock, 1, 0) == BH_OK && fires(virq) && !fires(virq)); /* in the past */
    CHECK(vtimer_set(&v, clock, now + 10, 0) == BH_OK && vtimer_set(&v, clock, 0, 0) == BH_OK);
    now += 1000000000;
    CHECK(!fires(virq), "a timer that is off fired");
    CHECK(vtimer_set(&v, clock, 0, BH_PERIOD_MIN) == BH_OK);
    now += 10ull * BH_PERIOD_MIN;
    CHECK(!fires(virq), "a periodic timer that is off fired");
}

static void refusals(enum vtimer_clock clock)
{
    CHECK(vtimer_set(&v, clock, 1ull << 62, 0) == BH_EINVAL);
    CHECK(vtimer_set(&v, clock, UINT64_MAX, 0) == BH_EINVAL);
    CHECK(vtimer_set(&v, clock, 1, 1) == BH_EINVAL);
    CHECK(vtimer_set(&v, clock, 1, BH_PERIOD_MIN - 1) == BH_EINVAL);
    CHECK(vtimer_set(&v, clock, 1, BH_PERIOD_MIN) == BH_OK);
    CHECK(vtimer_set(&v, clock, 1ull << 60, UINT32_MAX) == BH_OK && v.event_tsc >> 63);
    CHECK(vtimer_set(&v, clock, 0, 0) == BH_OK);
}

/* A periodic timer keeps step with its first deadline, however long the partition was away, and
 * periods that went by count as one. Each round it is away for a while: the execution clock stands
 * still then, and the hardware clock does not. */
static void periodic(enum vtimer_clock clock, uint32_t virq)
{
    for (int n = 0; n < 2000; n++) {
        uint64_t mine = clock == VTIMER_HARDWARE ? now : vtimer_execution_clock(&v);
        uint64_t due = mine + host_random() % 1000000;
        uint32_t period = BH_PERIOD_MIN + (uint32_t)(host_random_bits() >> 34);

        if (host_random() % 4 == 0)
            due = mine > 5000000 ? mine - host_random() % 5000000 : 1;
        CHECK(vtimer_set(&v, clock, due, period) == BH_OK);
        for (int i = 0; i < 20; i++) {
            uint64_t wait =
                host_random() % 3 ? host_random() % (2ull * period) : host_random_bits() >> 22;
            uint64_t away = host_random() % 2 ? host_random_bits() >> 30 : 0;
            bool wanted;

            now += wait;
            stop();
            now += away;
            CHECK(vtimer_execution_clock(&v) == mine + wait || clock == VTIMER_HARDWARE);
            run();
            mine += wait + (clock == VTIMER_HARDWARE ? away : 0);
            wanted = mine >= due;
            CHECK(fires(virq) == wanted, "at %llu, due %llu, period %u", (unsigned long long)mine,
                  (unsigned long long)due, period);
            if (wanted)
                due += ((mine - due) / period + 1) * period;
            CHECK(!fires(virq));
        }
    }
    CHECK(vtimer_set(&v, clock, 0, 0) == BH_OK);
}

/* A start puts both off, and the execution clock to 0. */
static void reset(void)
{
    vtimer_set(&v, VTIMER_HARDWARE, now + 1, 0);
    vtimer_set(&v, VTIMER_EXECUTION, 1, 0);
    vtimer_reset(&v);
    CHECK(boot_cpu.running == NULL && vtimer_execution_clock(&v) == 0);
    now += 1000000;
    CHECK(!fires(BH_VIRQ_TIMER) && vtimer_execution_clock(&v) == 0);
    run();
    now += 5000;
    CHECK(!fires(BH_VIRQ_TIMER) && vtimer_execution_clock(&v) == 5000);
}

int main(void)
{
    boot_cpu.slot = &slot;
    slot.vcpu = &v;
    vtimer_reset(&v);
    now = 1000000;
    run();
    one_shot(VTIMER_HARDWARE, BH_VIRQ_TIMER);
    one_shot(VTIMER_EXECUTION, BH_VIRQ_EXECUTION);
    refusals(VTIMER_HARDWARE);
    refusals(VTIMER_EXECUTION);
    periodic(VTIMER_HARDWARE, BH_VIRQ_TIMER);
    periodic(VTIMER_EXECUTION, BH_VIRQ_EXECUTION);
    reset();
    return host_result();
}
