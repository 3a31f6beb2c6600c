/* core: the timer. The TSC's deadline mode needs no arithmetic. The local APIC's counter runs at a
 * frequency of its own, in fine steps. The PIT counts in steps of 838 ns, over port I/O, and 55 ms
 * at the most: it is what remains where there is no local APIC.
 *
 * A counter's steps are rounded down, so that it fires a little early, and the handler waits out
 * the rest on the TSC. Late it is only by what the measurement of its frequency is wrong. */
#include "core/timer.h"

#include "core/clock.h"
#include "core/trap.h"
#include "hw/apic.h"
#include "hw/msr.h"
#include "hw/pit.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "klib/panic.h"
#include "klib/printf.h"

/* What timer_set_new() takes from reading the TSC to starting the counter, in ticks: an instruction
 * each, at the least. Were it more than is true, the interrupt would come early by less than the
 * way into its handler. */
enum { LEAD_TICKS = 12 };

struct timer timer = {.due = TIMER_NEVER};

static timer_handler *on_event;
static uint32_t wait_at_most;   /* ticks of the TSC that the handler may wait */
static uint64_t pit_per_tick;   /* 32.32: clocks of the PIT in a tick of the TSC */
static uint64_t counting_since; /* when the APIC began to count down, for its frequency */

static void set_pit(uint64_t now)
{
    uint64_t clocks = timer.due > now ? mul_shift32(timer.due - now, pit_per_tick) : 0;

    if (clocks > PIT_MAX_COUNT)
        clocks = PIT_MAX_COUNT; /* IRQ 0 comes too early then, and sets the rest */
    pit_start_one_shot(clocks > 1 ? (uint16_t)(clocks - 1) : 1);
}

/* A deadline that has passed, or that is further away than the counter reaches: an event at once,
 * or one that comes too early and is set again. */
static void set_counter(uint64_t now)
{
    uint64_t ticks = timer.due > now ? timer.due - now : 0;
    uint32_t reach = ticks >> 32 ? UINT32_MAX : (uint32_t)ticks;
    uint32_t clocks = (uint32_t)((uint64_t)reach * timer.apic_per_tick >> 32);

    apic_start_counter(clocks ? clocks : 1);
}

void timer_set(void)
{
    uint64_t now = tsc_read();

    if (timer.due == TIMER_NEVER)
        return;
    if (timer.kind == APIC_TIMER_COUNTER)
        set_counter(now);
    else if (timer.kind == APIC_TIMER_DEADLINE)
        msr_write(MSR_TSC_DEADLINE, timer.due);
    else
        set_pit(now);
}

bool timer_leaves(uint32_t ticks)
{
    return timer.due == TIMER_NEVER || tsc_read() + ticks < timer.due;
}

uint64_t timer_early(uint64_t now)
{
    if (timer.due - now > wait_at_most) {
        timer_set();
        return 0;
    }
    while (now < timer.due)
        now = tsc_read();
    timer.due = TIMER_NEVER;
    return now;
}

static void event(void)
{
    uint64_t now = timer_take();

    if (now)
        on_event(now);
}

/* The local APIC's interrupt. */
static void interrupt(void)
{
    apic_end(); /* first: the handler arms the timer again */
    event();
}

void timer_init(timer_handler *handler)
{
    on_event = handler;
    pit_per_tick = ratio_shift32(clock_tsc_hz(), PIT_HZ);
    wait_at_most = (uint32_t)div64(3 * clock_tsc_hz(), PIT_HZ, NULL);
    trap_set_timer_handler(interrupt);
    timer.kind = apic_init();
    if (timer.kind == APIC_TIMER_COUNTER) {
        counting_since = tsc_read();
        apic_start_counter(UINT32_MAX);
    }
    if (timer.kind == APIC_TIMER_NONE)
        irq_set_handler(0, event);
}

/* The APIC counts at the bus's frequency or a crystal's. What it counted while the partitions were
 * made tells how fast; the read at the end takes as long as the write at the beginning. */
static void calibrate_counter(void)
{
    uint32_t counted = UINT32_MAX - apic_counter();
    uint64_t ticks = tsc_read() - counting_since;

    apic_start_counter(0);
    while (ticks >> 31 || counted >> 31) {
        ticks >>= 1;
        counted >>= 1;
    }
    if (counted < ticks / 4096 || counted > ticks + ticks / 2) { /* stopped, or nothing known */
        timer.kind = APIC_TIMER_NONE;
        irq_set_handler(0, event);
        return;
    }
    if (counted >= ticks) { /* it is to be a fraction */
        apic_divide_by_2();
        counted /= 2;
    }
    timer.apic_per_tick = (uint32_t)div64((uint64_t)counted << 32, (uint32_t)ticks, NULL);
    timer.apic_lead = (uint32_t)((uint64_t)LEAD_TICKS * timer.apic_per_tick >> 32);
}

void timer_start(void)
{
    static const char *const names[] = {
        [APIC_TIMER_NONE] = "PIT, one shot",
        [APIC_TIMER_COUNTER] = "local APIC, one shot",
        [APIC_TIMER_DEADLINE] = "local APIC, TSC deadline",
    };

    if (timer.kind == APIC_TIMER_COUNTER)
        calibrate_counter();
    if (timer.kind == APIC_TIMER_NONE && !clock_has_pit())
        panic("nothing can end a slot: the PIT does not count, and there is no local APIC");
    printf("Timer: %s.\n", names[timer.kind]);
}
