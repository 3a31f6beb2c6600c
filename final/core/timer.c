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
#include "klib/printf.h"

static timer_handler *on_event;
static enum apic_timer kind;
static uint64_t due = TIMER_NEVER;
static uint32_t wait_at_most;   /* ticks of the TSC that the handler may wait */
static uint32_t apic_per_tick;  /* 1.31: clocks of the APIC in a tick of the TSC */
static uint64_t pit_per_tick;   /* 32.32: clocks of the PIT in a tick of the TSC */
static uint64_t counting_since; /* when the APIC began to count down, for its frequency */

static void set_pit(uint64_t now)
{
    uint64_t clocks = due > now ? mul_shift32(due - now, pit_per_tick) : 0;

    if (clocks > PIT_MAX_COUNT)
        clocks = PIT_MAX_COUNT; /* IRQ 0 comes too early then, and sets the rest */
    pit_start_one_shot(clocks > 1 ? (uint16_t)(clocks - 1) : 1);
}

/* A deadline that has passed, or that is further away than the counter reaches: an event at once,
 * or one that comes too early and is set again. */
static uint32_t __attribute__((noinline)) far_clocks(uint64_t now)
{
    return due > now ? apic_per_tick : 1;
}

static inline void set_counter(uint64_t now)
{
    uint64_t ticks = due - now;
    uint32_t clocks;

    if (ticks >> 32)
        clocks = far_clocks(now);
    else
        clocks = (uint32_t)((uint64_t)(uint32_t)ticks * apic_per_tick >> 31);
    apic_start_counter(clocks ? clocks : 1); /* 0 would stop it */
}

static void __attribute__((noinline)) set_another(uint64_t now)
{
    if (due == TIMER_NEVER)
        return;
    if (kind == APIC_TIMER_DEADLINE)
        msr_write(MSR_TSC_DEADLINE, due);
    else
        set_pit(now);
}

static inline void set(uint64_t now)
{
    if (kind == APIC_TIMER_COUNTER)
        set_counter(now);
    else
        set_another(now);
}

void timer_arm(uint64_t deadline)
{
    if (deadline == due) /* often: most hypercalls do not change what comes next */
        return;
    due = deadline;
    set(tsc_read());
}

bool timer_leaves(uint32_t ticks)
{
    return due == TIMER_NEVER || tsc_read() + ticks < due;
}

static void event(void)
{
    uint64_t now = tsc_read();

    if (due > now) {
        if (due - now > wait_at_most) {
            set(now);
            return;
        }
        do {
            now = tsc_read();
        } while (now < due);
    }
    due = TIMER_NEVER;
    on_event(now);
}

void timer_interrupt(void)
{
    apic_end(); /* first: the handler arms the timer again */
    event();
}

void timer_init(timer_handler *handler)
{
    on_event = handler;
    pit_per_tick = ratio_shift32(clock_tsc_hz(), PIT_HZ);
    wait_at_most = (uint32_t)div64(3 * clock_tsc_hz(), PIT_HZ, NULL);
    kind = apic_init();
    if (kind == APIC_TIMER_COUNTER) {
        counting_since = tsc_read();
        apic_start_counter(UINT32_MAX);
    }
    if (kind == APIC_TIMER_NONE)
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
        kind = APIC_TIMER_NONE;
        irq_set_handler(0, event);
        return;
    }
    apic_per_tick = (uint32_t)div64((uint64_t)counted << 31, (uint32_t)ticks, NULL);
}

void timer_start(void)
{
    static const char *const names[] = {
        [APIC_TIMER_NONE] = "PIT, one shot",
        [APIC_TIMER_COUNTER] = "local APIC, one shot",
        [APIC_TIMER_DEADLINE] = "local APIC, TSC deadline",
    };

    if (kind == APIC_TIMER_COUNTER)
        calibrate_counter();
    printf("Timer: %s.\n", names[kind]);
}
