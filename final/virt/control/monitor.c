/* virt: the health monitor: what was decided about an event is done here, and nowhere else. */
#include "virt/control/monitor.h"

#include "core/clock.h"
#include "core/trap.h"
#include "hw/cpu.h"
#include "virt/control/report.h"
#include "virt/control/state.h"
#include "virt/health/decide.h"
#include "virt/health/log.h"
#include "virt/life/start.h"
#include "virt/output/trace.h"
#include "virt/raise.h"
#include "virt/time/plans.h"
#include "virt/vcpu/virq.h"
#include "virt/vcpu/vtrap.h"

static const struct system *description;
static uint32_t system_resets;

void health_init(const struct system *system)
{
    description = system;
    health_log_init();
    trap_set_machine_event_handler(raise_machine);
}

/* @param p  NULL: none */
static enum health_action action_for(const struct partition *p, enum bh_health_event event)
{
    return health_decide(description, p ? p->config : NULL, event);
}

/* The system starts again, unless it keeps doing that. */
static void reset_system(void)
{
    if (system_resets++ == HEALTH_SYSTEM_RESETS)
        run_end(false);
    control_reset_system();
}

static void reset(struct partition *p, enum bh_reset how)
{
    switch (health_decide_reset(p->resets, p->config->restarts)) {
    case HEALTH_RESET_IT:
        p->resets++;
        partition_begin_start(p, how, BH_START_HEALTH);
        return;
    case HEALTH_RESET_LOOP:
        health_event(p, BH_HEALTH_RESET_LOOP, (int32_t)p->resets);
        return;
    case HEALTH_RESET_NOT:
        partition_end(p, PARTITION_STOPPED);
    }
}

static void switch_plan(struct partition *p, enum bh_health_event event)
{
    if (p && health_plan_stops(event))
        control_halt(p, PARTITION_STOPPED, p->result);
    plans_switch_now(health_decide_plan(description, p ? p->config : NULL, event));
}

/* Does it. The event is written down already, and a partition that has ended stays as it is. */
static void act(struct partition *p, enum bh_health_event event, enum health_action action)
{
    switch (action) {
    case HEALTH_USUAL:
    case HEALTH_IGNORE:
    case HEALTH_LOG:
    case HEALTH_PROPAGATE:
    case HEALTH_ACTIONS:
        return;
    case HEALTH_SUSPEND:
        control_suspend(p);
        return;
    case HEALTH_HALT:
        control_halt(p, PARTITION_STOPPED, p->result);
        return;
    case HEALTH_WARM_RESET:
        reset(p, BH_RESET_WARM);
        return;
    case HEALTH_COLD_RESET:
        reset(p, BH_RESET_COLD);
        return;
    case HEALTH_SWITCH_PLAN:
        switch_plan(p, event);
        return;
    case HEALTH_RESET_SYSTEM:
        reset_system();
        return;
    case HEALTH_HALT_SYSTEM:
        run_end(false);
    }
}

/* A fault goes to the handler of BH_VIRQ_HEALTH at once, as an exception would: the partition
 * cannot go on otherwise. @return false when the handler cannot be entered */
static bool enter_handler(struct vcpu *v, const struct bh_health_record *record)
{
    volatile struct bh_control_page *control = v->control;
    uint32_t eip = v->entry.frame.eip;

    if (!control->virq_enabled || control->virq_mask >> BH_VIRQ_HEALTH & 1 || !v->virq_handler ||
        !vtrap_enter(v, BH_VIRQ_BASE + BH_VIRQ_HEALTH, record->error, record->address,
                     v->virq_handler))
        return false;
    trace_note(BH_TRACE_VIRQ, v->partition, BH_VIRQ_HEALTH, eip, 0);
    control->virq_enabled = 0;
    return true;
}

/* Leaves an event where the partition finds it. */
static void show(struct partition *p, const struct bh_health_record *record)
{
    p->control->health = *record;
    p->control->health_count++;
}

static void write_down_and_act(struct partition *p, struct bh_health_record *record)
{
    if (record->action == HEALTH_IGNORE)
        return;
    trace_note(BH_TRACE_HEALTH, p, record->event, record->action, (uint32_t)record->code);
    health_log_insert(record);
    if (record->action == HEALTH_PROPAGATE && p)
        show(p, record);
    act(p, record->event, record->action);
}

void health_fault(struct partition *p, enum bh_health_event event, uint32_t address)
{
    struct trap_frame *f = &p->vcpu.entry.frame;
    struct bh_health_record record = {
        .event = event,
        .action = action_for(p, event),
        .partition = p->id,
        .vector = f->vector,
        .error = f->error,
        .address = address,
        .eip = f->eip,
        .cs = f->cs,
    };

    if (record.action == HEALTH_PROPAGATE && !enter_handler(&p->vcpu, &record))
        record.action = health_usual(event);
    if (record.action == HEALTH_IGNORE || record.action == HEALTH_LOG)
        f->eflags |= EFLAGS_RF; /* #DB on an instruction: not once more on the same one */
    p->faults += record.action != HEALTH_IGNORE;
    write_down_and_act(p, &record);
}

static struct bh_health_record record_of(struct partition *p, enum bh_health_event event,
                                         enum health_action action, int32_t code)
{
    return (struct bh_health_record){
        .event = event,
        .action = action,
        .partition = p->id,
        .code = code,
        .eip = p->vcpu.entry.frame.eip,
        .cs = p->vcpu.entry.frame.cs,
    };
}

void health_event(struct partition *p, enum bh_health_event event, int32_t code)
{
    struct bh_health_record record = record_of(p, event, action_for(p, event), code);

    if (record.action == HEALTH_PROPAGATE)
        virq_raise(&p->vcpu, BH_VIRQ_HEALTH);
    write_down_and_act(p, &record);
}

/* One that ended well is no error: it is written down, and that is all. */
void health_finished(struct partition *p, int32_t result)
{
    enum health_action action = result < 0 ? action_for(p, BH_HEALTH_FINISHED) : HEALTH_LOG;
    struct bh_health_record record = record_of(p, BH_HEALTH_FINISHED, action, result);

    write_down_and_act(p, &record);
}

enum health_action health_machine_action(enum bh_health_event event)
{
    return action_for(NULL, event);
}

void health_machine_event(enum bh_health_event event, int32_t code)
{
    struct bh_health_record record = {
        .event = event,
        .action = action_for(NULL, event),
        .partition = BH_NOBODY,
        .code = code,
    };

    write_down_and_act(NULL, &record);
}

/* A slot that begins later than 2 s is no slot any more: the number ends there. */
static void late_event(struct partition *p)
{
    uint64_t ns = clock_from_ticks(raised.late_by);

    raised.late = NULL;
    health_event(p, BH_HEALTH_SLOT_LATE, ns < INT32_MAX ? (int32_t)ns : INT32_MAX);
}

static void no_stack_event(struct partition *p)
{
    raised.no_stack = NULL;
    health_fault(p, BH_HEALTH_STACK, 0);
}

/* An NMI may come in between: it is found in the next call, or counted in this one. */
void health_take_raised(void)
{
    static uint32_t nmis_taken;
    uint32_t lines = raised.spurious_lines, count;

    raised.any = false;
    count = raised.nmis - nmis_taken;
    nmis_taken += count;
    raised.spurious_lines &= ~lines;
    if (raised.no_stack)
        no_stack_event(raised.no_stack->partition);
    if (raised.late)
        late_event(raised.late->partition);
    if (count)
        health_machine_event(BH_HEALTH_NMI, (int32_t)count);
    for (; lines; lines &= lines - 1)
        health_machine_event(BH_HEALTH_SPURIOUS, __builtin_ctz(lines));
}
