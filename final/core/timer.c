/* core: the timer. The PIT counts in steps of 838 ns and 55 ms at the most, the TSC in single
 * cycles. So the PIT is set to fire a little early, at the last of its own clocks before the
 * deadline, and the handler waits out the rest, less than three clocks, on the TSC. That turns the
 * PIT's coarse steps into a deadline that is kept to some instructions. */
#include "core/timer.h"

#include "core/clock.h"
#include "core/trap.h"
#include "hw/pit.h"
#include "hw/tsc.h"
#include "klib/math64.h"

static void (*on_event)(void);
static uint64_t due = TIMER_NEVER;
static uint64_t pit_per_tick; /* 32.32: clocks of the PIT in a tick of the TSC */
static uint32_t wait_at_most; /* ticks of the TSC that the handler may wait: three clocks */

static void set_pit(uint64_t now)
{
    uint64_t clocks = due > now ? mul_shift32(due - now, pit_per_tick) : 0;

    if (clocks > PIT_MAX_COUNT)
        clocks = PIT_MAX_COUNT; /* IRQ 0 comes too early then, and sets the rest */
    pit_start_one_shot(clocks > 1 ? (uint16_t)(clocks - 1) : 1);
}

void timer_arm(uint64_t deadline)
{
    if (deadline == due) /* often: most hypercalls do not change what comes next */
        return;
    due = deadline;
    if (deadline != TIMER_NEVER)
        set_pit(tsc_read());
}

static void irq_0(void)
{
    uint64_t now = tsc_read();

    if (due == TIMER_NEVER)
        return;
    if (due > now && due - now > wait_at_most) {
        set_pit(now);
        return;
    }
    while (tsc_read() < due)
        ;
    due = TIMER_NEVER;
    on_event();
}

void timer_init(void (*handler)(void))
{
    on_event = handler;
    pit_per_tick = ratio_shift32(clock_tsc_hz(), PIT_HZ);
    wait_at_most = (uint32_t)div64(3 * clock_tsc_hz(), PIT_HZ, NULL);
    irq_set_handler(0, irq_0);
}
