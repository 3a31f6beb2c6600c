/* virt: the health monitor: from an event to what is done about it. */
#include "virt/health.h"

#include "core/health_table.h"
#include "hw/cpu.h"
#include "virt/control.h"
#include "virt/health_log.h"
#include "virt/health_machine.h"
#include "virt/plans.h"
#include "virt/sched.h"
#include "virt/trace.h"
#include "virt/virq.h"
#include "virt/vtrap.h"

static const struct system *description;
static uint32_t system_resets;

void health_init(const struct system *system)
{
    description = system;
    health_log_init();
    health_machine_init();
}

enum bh_health_event health_event_of_trap(uint32_t vector)
{
    static const uint8_t events[BH_TRAPS] = {
        [TRAP_DIVIDE] = BH_HEALTH_DIVIDE,     [TRAP_DEBUG] = BH_HEALTH_DEBUG,
        [TRAP_BREAKPOINT] = BH_HEALTH_DEBUG,  [TRAP_OVERFLOW] = BH_HEALTH_OVERFLOW,
        [TRAP_BOUND] = BH_HEALTH_OVERFLOW,    [TRAP_INVALID_OPCODE] = BH_HEALTH_ILLEGAL,
        [TRAP_NO_FPU] = BH_HEALTH_FPU,        [TRAP_FPU] = BH_HEALTH_FPU,
        [TRAP_SIMD] = BH_HEALTH_FPU,          [TRAP_STACK] = BH_HEALTH_STACK,
        [TRAP_PAGE_FAULT] = BH_HEALTH_MEMORY, [TRAP_ALIGNMENT] = BH_HEALTH_ALIGNMENT,
    };

    /* #DE is event 0: what is none of the others is a general protection. */
    if (vector == TRAP_DIVIDE || (vector < BH_TRAPS && events[vector]))
        return events[vector];
    return BH_HEALTH_PROTECTION;
}

/* What is usual: see health.h. */
static enum health_action usual(enum bh_health_event event)
{
    if (event <= BH_HEALTH_STATE)
        return HEALTH_COLD_RESET;
    if (event == BH_HEALTH_RESET_LOOP)
        return HEALTH_HALT;
    return event < BH_HEALTH_MACHINE_CHECK ? HEALTH_LOG : HEALTH_HALT_SYSTEM;
}

/* @param p  NULL: none */
static enum health_action action_for(const struct partition *p, enum bh_health_event event)
{
    bool by_partition = p && health_event_of_partition(event);
    const uint8_t *table = by_partition ? p->config->actions : description->actions;

    return table[event] == HEALTH_USUAL ? usual(event) : table[event];
}

/* The system starts again, unless it keeps doing that. */
static void reset_system(void)
{
    if (system_resets++ == HEALTH_SYSTEM_RESETS)
        sched_finish(false);
    control_reset_system();
}

static void reset(struct partition *p, enum bh_reset how)
{
    if (p->resets == p->config->restarts) {
        if (p->config->restarts)
            health_event(p, BH_HEALTH_RESET_LOOP, (int32_t)p->resets);
        else
            partition_end(p, PARTITION_STOPPED);
        return;
    }
    p->resets++;
    partition_begin_start(p, how, BH_START_HEALTH);
}

static void switch_plan(struct partition *p, enum bh_health_event event)
{
    uint32_t plan =
        health_event_of_partition(event) ? p->config->health_plan : description->health_plan;

    if (p && (health_event_of_partition(event) || event == BH_HEALTH_RESET_LOOP))
        control_halt(p, PARTITION_STOPPED, p->result);
    sched_switch_plan_now(plan);
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
        sched_finish(false);
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
        record.action = usual(event);
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

int32_t health_raise_call(struct vcpu *v, const struct trap_frame *f)
{
    if (f->ebx != BH_HEALTH_APPLICATION && f->ebx != BH_HEALTH_DEADLINE)
        return BH_EINVAL;
    health_event(v->partition, f->ebx, (int32_t)f->ecx);
    return BH_OK;
}
