/* virt: virtual timers. There is no list of them: only the partition that runs can take an
 * interrupt, so only its timers are looked at.
 *
 * The execution clock is what the partition ran until it began to run this time, and what the TSC
 * went on since. So its timer has another place on the TSC each time the partition comes back. */
#include "virt/vcpu/vtimer.h"

#include "api/bulkhead.h"
#include "core/clock.h"
#include "core/timer.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "virt/cpu.h"
#include "virt/vcpu/virq.h"

static bool runs(const struct vcpu *v)
{
    return v == cpu_this()->running;
}

static uint64_t execution_ticks(const struct vcpu *v)
{
    return v->ran + (runs(v) ? tsc_read() - cpu_this()->run_since : 0);
}

void vtimer_find_event(struct vcpu *v)
{
    uint64_t execution = TIMER_NEVER;

    v->execution_armed = v->execution.at != TIMER_NEVER;
    if (v->execution_armed)
        execution = cpu_this()->run_since + (v->execution.at - v->ran); /* >= 0, but for moments */
    v->event_tsc = v->timer.at < execution ? v->timer.at : execution;
}

void vtimer_stop(struct vcpu *v)
{
    v->timer.at = v->execution.at = TIMER_NEVER;
    vtimer_find_event(v);
}

void vtimer_reset(struct vcpu *v)
{
    vtimer_stop(v);
    v->ran = 0;
    if (runs(v))
        cpu_this()->running = NULL; /* that was another life */
}

/* 2^60 ns are 36 years, and no TSC wraps before; what is further away never comes. */
static void set_deadline(const struct vcpu *v, struct vtimer *t, uint64_t ns)
{
    t->ns = ns;
    if (ns == 0 || ns >> 60)
        t->at = TIMER_NEVER;
    else
        t->at = t == &v->timer ? clock_to_tsc(ns) : clock_to_ticks(ns);
}

int32_t vtimer_set(struct vcpu *v, enum vtimer_clock clock, uint64_t deadline, uint32_t period)
{
    struct vtimer *t = clock == VTIMER_HARDWARE ? &v->timer : &v->execution;

    if (deadline >> 62 || (period && period < BH_PERIOD_MIN))
        return BH_EINVAL;
    t->period = period;
    set_deadline(v, t, deadline);
    vtimer_find_event(v);
    cpu_this()->pending |= PENDING_RESCHEDULE; /* the next event may be another one now */
    return BH_OK;
}

/* The first deadline of a periodic timer that is still to come, in step with the last. */
static uint64_t next_deadline(const struct vtimer *t, uint64_t now)
{
    uint64_t next = t->ns + t->period;

    if (next > now)
        return next;
    return next + (div64(now - next, t->period, NULL) + 1) * t->period;
}

/* @param now  in ticks of the timer's clock */
static void expire(struct vcpu *v, struct vtimer *t, uint64_t now, uint32_t virq)
{
    uint64_t ns = 0; /* off */

    if (now < t->at)
        return;
    virq_raise(v, virq);
    if (t->period)
        ns = next_deadline(t, t == &v->timer ? clock_from_tsc(now) : clock_from_ticks(now));
    set_deadline(v, t, ns);
}

void vtimer_expire(struct vcpu *v, uint64_t now)
{
    expire(v, &v->timer, now, BH_VIRQ_TIMER);
    if (v->execution_armed)
        expire(v, &v->execution, execution_ticks(v), BH_VIRQ_EXECUTION);
    vtimer_find_event(v);
}

uint64_t vtimer_execution_clock(const struct vcpu *v)
{
    return clock_from_ticks(execution_ticks(v));
}
