/* virt: virtual timers. There is no list of them: only the partition whose slot it is can take an
 * interrupt, so only its timer is looked at. */
#include "virt/vcpu/vtimer.h"

#include "api/bulkhead.h"
#include "core/clock.h"
#include "core/timer.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "virt/cpu.h"
#include "virt/vcpu/virq.h"

/* 2^60 ns are 36 years, and no TSC wraps before; what is further away never comes. */
static void set_deadline(struct vcpu *v, uint64_t ns)
{
    v->timer_ns = ns;
    v->timer_tsc = ns >> 60 ? TIMER_NEVER : clock_to_tsc(ns);
}

int32_t vtimer_set(struct vcpu *v, uint64_t deadline, uint32_t period)
{
    if (deadline >> 62 || (period && period < BH_PERIOD_MIN))
        return BH_EINVAL;
    v->timer_period = period;
    set_deadline(v, deadline);
    if (!deadline)
        v->timer_tsc = TIMER_NEVER;
    cpu_this()->pending |= PENDING_RESCHEDULE; /* the next event may be another one now */
    return BH_OK;
}

/* The first deadline of a periodic timer that is still to come, in step with the last. */
static uint64_t next_deadline(uint64_t last, uint32_t period)
{
    uint64_t now = clock_now(), next = last + period;

    if (next > now)
        return next;
    return next + (div64(now - next, period, NULL) + 1) * period;
}

void vtimer_check(struct vcpu *v)
{
    if (tsc_read() < v->timer_tsc)
        return;
    virq_raise(v, BH_VIRQ_TIMER);
    if (v->timer_period)
        set_deadline(v, next_deadline(v->timer_ns, v->timer_period));
    else
        v->timer_tsc = TIMER_NEVER;
}
