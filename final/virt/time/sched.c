/* virt: the scheduler. The way that a plan is made of, from one slot to the next, is in
 * virt/time/handover.h. What can happen besides is here: a plan that begins at once, a partition
 * that starts, unassigned time, nothing to do. */
#include "virt/time/sched.h"

#include "core/clock.h"
#include "core/timer.h"
#include "hw/fpu_leak.h"
#include "klib/printf.h"
#include "virt/life/start.h"
#include "virt/time/background.h"
#include "virt/time/handover.h"

enum {
    START_DELAY_US = 100, /* from sched_start() to the first slot */
};

void sched_timer_event(uint64_t now)
{
    struct cpu *cpu = cpu_this();

    if (now >= cpu->slot_end) {
        handover_enter_slot(cpu, handover_next_slot(cpu));
        cpu->slot_is_new = true;
    }
    cpu->pending |= PENDING_RESCHEDULE;
}

/* Loading takes the partition's own time, and makes its slot late: that does not count. */
static void go_on_starting(struct cpu *cpu, struct vcpu *v)
{
    turn_stop_clock(cpu); /* whoever ran before does not run now */
    partition_continue_start(v->partition, cpu->slot_end);
    cpu->slot_is_new = false;
}

/* Who has the processor in this slot: its partition if it can run. That may take a while.
 * @param[in,out] until  lowered to when that may be answered differently
 * @param[out] lines     if it is nobody: interrupt lines that may change that */
static struct vcpu *choose(struct cpu *cpu, uint64_t *until, uint32_t *lines)
{
    struct vcpu *v = cpu->slot->vcpu;
    uint64_t now;

    cpu->when_raised = v ? 0 : PENDING_RESCHEDULE;
    if (!v)
        return background_choose(cpu, until, lines);
    *lines = 0;
    if (v->partition->state == PARTITION_STARTING)
        go_on_starting(cpu, v);
    if (v->partition->state != PARTITION_READY)
        return NULL;
    now = tsc_read();
    if (now >= v->timer.at)
        vtimer_expire(v, now);
    if (turn_can_begin(cpu, v))
        return v;
    if (v->timer.at < *until)
        *until = v->timer.at;
    *lines = v->lines_open;
    return NULL;
}

static void change_clock(struct cpu *cpu, struct vcpu *next)
{
    turn_stop_clock(cpu);
    cpu->run_since = tsc_read();
    cpu->running = next;
    if (trace_wants(BH_TRACE_SLOT))
        trace_slot_runs(next->partition);
    if (next->execution_armed)
        vtimer_find_event(next);
}

/* Loads a partition that can run. @return its frame; or NULL, and something else is to be done */
static struct trap_frame *enter(struct cpu *cpu, struct vcpu *v, uint64_t until)
{
    uint64_t now;

    if (v != cpu->running)
        change_clock(cpu, v);
    now = tsc_read();
    if (now >= v->event_tsc)
        vtimer_expire(v, now);
    timer_arm(v->event_tsc < until ? v->event_tsc : until);
    line_open_only(v->lines_open);
    if (v != cpu->current) {
        if (cpu->current)
            fpu_save(&cpu->current->fpu);
        handover_load(cpu, v);
    }
    cpu->pending = 0;
    virq_deliver(v);
    if (cpu->pending)
        return NULL;
    if (cpu->slot_is_new && cpu->slot->vcpu)
        handover_note_start(cpu);
    cpu->slot_is_new = false;
    return &v->entry.frame;
}

/* A plan begins at once, unless the run is over. @return whether it goes on */
static bool another_plan(struct cpu *cpu)
{
    if (!(cpu->pending & PENDING_END)) {
        cpu->slot_end = tsc_read();
        handover_enter_slot(cpu, plans_next_frame(cpu));
        cpu->slot_is_new = true;
    }
    return !(cpu->pending & PENDING_END);
}

struct trap_frame *sched_next(struct cpu *cpu)
{
    uint64_t until;
    uint32_t lines;
    struct vcpu *v;

    if (cpu->pending & (PENDING_PLAN | PENDING_END) && !another_plan(cpu))
        return NULL;
    cpu->pending = 0;
    until = cpu->slot_end;
    v = choose(cpu, &until, &lines);
    if (v)
        return enter(cpu, v, until);
    turn_stop_clock(cpu);
    if (trace_wants(BH_TRACE_SLOT))
        trace_slot_rests();
    timer_arm(until);
    line_open_only(lines);
    return NULL;
}

void sched_start(void)
{
    struct cpu *cpu = cpu_this();

    if (fpu_leaks())
        cpu->at_switch |= SWITCH_FPU;
    timer_start();
    printf("Keeping plan %s.\n", cpu->plan->name);
    cpu->slot_end = clock_to_tsc(clock_now() + START_DELAY_US * NS_PER_US);
    while (tsc_read() < cpu->slot_end)
        ;
    handover_enter_slot(cpu, plans_first_frame(cpu));
    cpu->slot_is_new = true;
}
