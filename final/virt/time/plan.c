/* virt: plans. All arithmetic on them is done here, before they run. */
#include "virt/time/plan.h"

#include "core/clock.h"
#include "klib/math64.h"
#include "klib/panic.h"
#include "klib/printf.h"

enum { LATE_US = 500 /* several times the longest hypercall, on a slow machine */ };

uint32_t plan_late;

static uint64_t ticks_of_us(uint32_t us)
{
    return div64(us * clock_tsc_hz(), 1000000, NULL);
}

/* What ticks_of_us() leaves out. */
static uint32_t fraction_of_us(uint32_t us)
{
    uint32_t rest;

    div64(us * clock_tsc_hz(), 1000000, &rest);
    return (uint32_t)div64((uint64_t)rest << 32, 1000000, NULL);
}

static void add_slot(struct plan *plan, uint32_t start_us, uint32_t end_us, struct vcpu *vcpu)
{
    uint64_t start = ticks_of_us(start_us), end = ticks_of_us(end_us);

    plan->slots[plan->slot_count++] = (struct slot){
        .start = start,
        .end = end,
        .length = end - start,
        .vcpu = vcpu,
        .flush = vcpu && vcpu->partition->config->flags & PARTITION_FLUSH_CACHE,
        .error_min = UINT32_MAX,
    };
}

void plan_init(struct plan *plan, const struct system_plan *config)
{
    uint32_t now_us = 0; /* everything before it is in the plan already */

    plan_late = (uint32_t)ticks_of_us(LATE_US);
    *plan = (struct plan){
        .name = config->name,
        .major_frame = ticks_of_us(config->major_frame_us),
        .fraction = fraction_of_us(config->major_frame_us),
    };
    for (uint32_t i = 0; i < config->slot_count; i++) {
        const struct system_slot *s = &config->slots[i];

        if (s->start_us < now_us || s->duration_us == 0 || s->start_us > config->major_frame_us ||
            s->duration_us > config->major_frame_us - s->start_us ||
            s->partition >= partition_count())
            panic("plan %s: slot %u cannot be kept", config->name, i);
        if (s->start_us > now_us)
            add_slot(plan, now_us, s->start_us, NULL);
        now_us = s->start_us + s->duration_us;
        add_slot(plan, s->start_us, now_us, &partition_get(s->partition)->vcpu);
    }
    if (now_us < config->major_frame_us)
        add_slot(plan, now_us, config->major_frame_us, NULL);
    if (!plan->slot_count)
        panic("plan %s: its major frame is empty", config->name);
}

static uint32_t us_of_ticks(uint64_t ticks)
{
    return (uint32_t)div64(clock_from_ticks(ticks) + NS_PER_US / 2, NS_PER_US, NULL);
}

static void print_slot(const struct slot *s)
{
    printf("  %6u us  %6u us  ", us_of_ticks(s->start), us_of_ticks(s->end - s->start));
    if (!s->vcpu)
        printf("(nobody)\n");
    else if (!s->runs)
        printf("%-10s  never ran\n", s->vcpu->partition->config->name);
    else
        printf("%-10s  %5u  %6llu ns  %6llu ns\n", s->vcpu->partition->config->name, s->runs,
               clock_from_ticks(s->error_min), clock_from_ticks(s->error_max));
}

uint32_t plan_latest_us(const struct plan *plan)
{
    uint32_t latest = 0;

    for (uint32_t i = 0; i < plan->slot_count; i++)
        if (plan->slots[i].vcpu && plan->slots[i].runs && plan->slots[i].error_max > latest)
            latest = plan->slots[i].error_max;
    return us_of_ticks(latest);
}

void plan_print(const struct plan *plan)
{
    printf("Plan %s, major frame %u us; starts are late by:\n", plan->name,
           us_of_ticks(plan->major_frame));
    printf("      start   duration  partition    runs    at least    at most\n");
    for (uint32_t i = 0; i < plan->slot_count; i++)
        print_slot(&plan->slots[i]);
}
