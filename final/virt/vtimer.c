/* virt: virtual timers. There is no list of them: only the partition that runs can take an
 * interrupt, so only its timers are looked at.
 *
 * The execution clock is what the partition ran until it began to run this time, and what the TSC
 * went on since. So its timer has another place on the TSC each time the partition comes back. */
#include "virt/vtimer.h"

#include "api/bulkhead.h"
#include "core/clock.h"
#include "core/timer.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "virt/cpu.h"
#include "virt/virq.h"

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
static void set_deadline(struct vcpu *v, struct vtimer *t, uint64_t ns)
{
    t->ns = ns;
    if (ns == 0 || ns >> 60)
        t->at = TIMER_NEVER;
    else
        t->at = t == &v->timer ? clock_to_tsc(ns) : clock_to_ticks(ns);
    vtimer_find_event(v);
}

int32_t vtimer_set(struct vcpu *v, enum vtimer_clock clock, uint64_t deadline, uint32_t period)
{
    struct vtimer *t = clock == VTIMER_HARDWARE ? &v->timer : &v->execution;

    if (deadline >> 62 || (period && period < BH_PERIOD_MIN))
        return BH_EINVAL;
    t->period = period;
    set_deadline(v, t, deadline);
    cpu_this()->pending |= PENDING_RESCHEDULE; /* the next event may be another one now */
    return BH_OK;
}

/* The first deadline of a periodic timer that is still to come, in step with the last. */
static uint64_t next_deadline(uint64_t last, uint32_t period, uint64_t now)
{
    uint64_t next = last + period;

    if (next > now)
        return next;
    return next + (div64(now - next, period, NULL) + 1) * period;
}

/* @param now  in ticks of its clock */
static void expire(struct vcpu *v, struct vtimer *t, uint64_t now, uint64_t now_ns, uint32_t virq)
{
    if (now < t->at)
        return;
    virq_raise(v, virq);
    set_deadline(v, t, t->period ? next_deadline(t->ns, t->period, now_ns) : 0);
}

void vtimer_expire(struct vcpu *v, uint64_t now)
{
    uint64_t execution = execution_ticks(v);

    expire(v, &v->timer, now, clock_from_tsc(now), BH_VIRQ_TIMER);
    expire(v, &v->execution, execution, clock_from_ticks(execution), BH_VIRQ_EXECUTION);
}

uint64_t vtimer_execution_clock(const struct vcpu *v)
{
    return clock_from_ticks(execution_ticks(v));
}
