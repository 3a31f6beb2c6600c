/* virt: the plans of a system. The slots of the one in force follow each other in
 * virt/time/sched.c, and what happens between two major frames happens here. */
#include "virt/time/plans.h"

#include "core/clock.h"
#include "core/cmdline.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "klib/string.h"
#include "virt/vcpu/virq.h"

static struct plan plans[SYSTEM_PLANS_MAX];
static uint32_t count;
static uint32_t switches;
static uint64_t in_force_since; /* a value of the TSC */

void plans_print(void)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!plans[i].frames && &plans[i] != cpu_this()->plan)
            continue;
        plan_print(&plans[i]);
        if (switches)
            printf("  in force for %u major frames\n", plans[i].frames);
    }
}

uint32_t plans_latest_us(void)
{
    uint32_t latest = 0;

    for (uint32_t i = 0; i < count; i++)
        if (plan_latest_us(&plans[i]) > latest)
            latest = plan_latest_us(&plans[i]);
    return latest;
}

static void put_in_force(struct cpu *cpu)
{
    cpu->plan = cpu->next_plan;
    cpu->plan_end = cpu->plan->slots + cpu->plan->slot_count;
    in_force_since = cpu->slot_end;
    switches++;
    for (uint32_t i = 0; i < partition_count(); i++)
        virq_raise(&partition_get(i)->vcpu, BH_VIRQ_PLAN);
}

struct slot *plans_another(struct cpu *cpu)
{
    if (cpu->frames == cpu->last_frame) {
        cpu->pending |= PENDING_END; /* the slot that begins here is nobody's any more */
        return cpu->plan->slots;
    }
    put_in_force(cpu);
    if (trace_wants(BH_TRACE_PLAN))
        trace_frame_begins(cpu);
    return cpu->plan->slots;
}

struct slot *plans_first_frame(const struct cpu *cpu)
{
    in_force_since = cpu->slot_end;
    if (trace_wants(BH_TRACE_PLAN))
        trace_frame_begins(cpu);
    return cpu->plan->slots;
}

int32_t plans_request(uint32_t plan)
{
    if (plan >= count)
        return BH_EINVAL;
    cpu_this()->next_plan = &plans[plan];
    return BH_OK;
}

void plans_restart(uint32_t plan)
{
    cpu_this()->next_plan = &plans[plan];
    cpu_this()->pending |= PENDING_PLAN;
}

void plans_switch_now(uint32_t plan)
{
    if (cpu_this()->plan != &plans[plan])
        plans_restart(plan);
    else if (!(cpu_this()->pending & PENDING_PLAN))
        cpu_this()->next_plan = &plans[plan];
}

void plans_status(struct bh_plan_status *status)
{
    const struct cpu *cpu = cpu_this();

    *status = (struct bh_plan_status){
        .plan = cpu->plan->number,
        .next = cpu->next_plan->number,
        .plans = count,
        .frames = cpu->plan->frames,
        .switches = switches,
        .since_ns = clock_from_tsc(in_force_since),
        .frame_ns = clock_from_tsc(cpu->slot_end - cpu->slot->end),
        .major_frame_ns = clock_from_ticks(cpu->plan->major_frame),
    };
    string_copy(status->name, cpu->plan->name, sizeof status->name);
}

void plans_init(const struct system *system, const char *name)
{
    struct plan *chosen = NULL;

    count = system->plan_count;
    cpu_this()->last_frame = system->frames;
    for (uint32_t i = count; i-- > 0;) {
        plan_init(&plans[i], &system->plans[i]);
        plans[i].number = i;
        if (!name || cmdline_equal(name, plans[i].name))
            chosen = &plans[i];
    }
    if (!chosen)
        panic("there is no such plan");
    cpu_this()->plan = cpu_this()->next_plan = chosen;
    cpu_this()->plan_end = chosen->slots + chosen->slot_count;
}
