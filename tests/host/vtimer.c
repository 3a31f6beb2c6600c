/* virt/vcpu/vtimer.c: deadlines, periods that go by while a partition is away, and refusals.
 *
 * since: ch06
 * until: ch06
 * sources: virt/vcpu/vtimer.c
 */
#include "host.h"

#include "core/clock.h"
#include "core/timer.h"
#include "hw/tsc.h"
#include "virt/cpu.h"
#include "virt/vcpu/virq.h"
#include "virt/vcpu/vtimer.h"

enum { TICKS_PER_NS = 3, START = 1000 };

struct cpu boot_cpu;

static uint64_t now; /* ns */
static uint32_t raised;

uint64_t tsc_read(void)
{
    return START + now * TICKS_PER_NS;
}

uint64_t clock_now(void)
{
    return now;
}

uint64_t clock_to_tsc(uint64_t ns)
{
    return START + ns * TICKS_PER_NS;
}

void virq_raise(struct vcpu *v, uint32_t number)
{
    (void)v;
    CHECK(number == BH_VIRQ_TIMER, "virtual interrupt %u", number);
    raised++;
}

static struct vcpu v;

static bool fires(void)
{
    uint32_t before = raised;

    vtimer_check(&v);
    CHECK(raised - before <= 1);
    return raised != before;
}

static void one_shot(void)
{
    now = 5000;
    CHECK(vtimer_set(&v, 7000, 0) == BH_OK);
    CHECK(boot_cpu.pending & PENDING_RESCHEDULE, "the next event may be another one now");
    CHECK(!fires());
    now = 6999;
    CHECK(!fires());
    now = 7000;
    CHECK(fires() && !fires());
    now = 1u << 31;
    CHECK(!fires());
    CHECK(vtimer_set(&v, 1, 0) == BH_OK && fires() && !fires()); /* in the past: at once */
    CHECK(vtimer_set(&v, now + 10, 0) == BH_OK && vtimer_set(&v, 0, 0) == BH_OK);
    now += 100;
    CHECK(!fires(), "a timer that is off fired");
    CHECK(vtimer_set(&v, 0, BH_PERIOD_MIN) == BH_OK);
    now += 10ull * BH_PERIOD_MIN;
    CHECK(!fires(), "a periodic timer that is off fired");
}

static void refusals(void)
{
    CHECK(vtimer_set(&v, 1ull << 62, 0) == BH_EINVAL);
    CHECK(vtimer_set(&v, UINT64_MAX, 0) == BH_EINVAL);
    CHECK(vtimer_set(&v, 1, 1) == BH_EINVAL);
    CHECK(vtimer_set(&v, 1, BH_PERIOD_MIN - 1) == BH_EINVAL);
    CHECK(vtimer_set(&v, 1, BH_PERIOD_MIN) == BH_OK);
    CHECK(vtimer_set(&v, (1ull << 60), UINT32_MAX) == BH_OK);
}

/* A periodic timer keeps step with its first deadline, however long the partition was away, and
 * periods that went by count as one. */
static void periodic(void)
{
    for (int n = 0; n < 2000; n++) {
        uint64_t first = now + host_random() % 1000000, due = first;
        uint32_t period = BH_PERIOD_MIN + (uint32_t)(host_random_bits() >> 34);

        if (host_random() % 4 == 0)
            first = due = now > 5000000 ? now - host_random() % 5000000 : 1;
        CHECK(vtimer_set(&v, first, period) == BH_OK);
        for (int i = 0; i < 20; i++) {
            uint64_t wait =
                host_random() % 3 ? host_random() % (2ull * period) : host_random_bits() >> 20;
            bool wanted;

            now += wait;
            wanted = now >= due;
            CHECK(fires() == wanted, "at %llu, due %llu, period %u", (unsigned long long)now,
                  (unsigned long long)due, period);
            if (wanted)
                due += ((now - due) / period + 1) * period;
            CHECK(!fires());
        }
    }
}

int main(void)
{
    boot_cpu.current = &v;
    one_shot();
    refusals();
    now = 1000000;
    periodic();
    return host_result();
}
