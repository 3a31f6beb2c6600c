/* virt: the scheduler. The timer's interrupt moves to the next slot, and the way from there to the
 * next partition's instruction is written down here from top to bottom: nothing on it searches,
 * divides or walks a list. Switching is returning to another frame: what a partition has in
 * registers lies in its vCPU already, so only the FPU, CR3 and the TSS have to be exchanged.
 *
 * All that can happen besides (a plan that begins at once, a partition that starts, unassigned
 * time, nothing to do) happens in sched_resume(), which may loop. */
#include "virt/sched.h"

#include "core/clock.h"
#include "core/timer.h"
#include "hw/cpu.h"
#include "hw/fpu_leak.h"
#include "hw/hypercall_entry.h"
#include "hw/timer_entry.h"
#include "hw/tss_switch.h"
#include "klib/printf.h"
#include "virt/background.h"
#include "virt/cache.h"
#include "virt/health_machine.h"
#include "virt/line.h"
#include "virt/plans.h"
#include "virt/trace_slot.h"
#include "virt/vdebug.h"
#include "virt/virq.h"
#include "virt/vtimer.h"

/* The functions of the hot path are parts of two or three others, each once: not calls. */
#define PART_OF_HOT_PATH static inline __attribute__((always_inline))

enum {
    START_DELAY_US = 100, /* from sched_start() to the first slot */
};

struct cpu boot_cpu;

/* Slots follow each other without a gap, so nothing drifts. */
PART_OF_HOT_PATH void enter_slot(struct cpu *cpu, struct slot *slot)
{
    struct vcpu *v = slot->vcpu;
    bool flush = slot->flush;

    cpu->slot = slot;
    cpu->slot_end += slot->length;
    if (trace_wants(BH_TRACE_SLOT))
        trace_slot_begins(cpu);
    if (!v)
        return;
    v->resting = RESTING_NOT;
    v->control->virq_pending |= 1u << BH_VIRQ_SLOT;
    if (flush)
        cache_flush();
}

PART_OF_HOT_PATH struct slot *next_slot(struct cpu *cpu)
{
    struct slot *slot = cpu->slot + 1;

    return slot == cpu->plan_end ? plans_next_frame(cpu) : slot;
}

/* The execution clock of whoever runs is up to date, and goes on from here. */
PART_OF_HOT_PATH void update_clock(struct cpu *cpu, struct vcpu *running, uint64_t now)
{
    running->ran += now - cpu->run_since;
    cpu->run_since = now;
}

/* Off the hot path: two or three partitions in all the world use debug registers. */
static void switch_more(struct cpu *cpu, const struct vcpu *next)
{
    vdebug_load(cpu, next);
    if (cpu->at_switch & SWITCH_FPU)
        fpu_forget();
}

PART_OF_HOT_PATH void load(struct cpu *cpu, struct vcpu *next)
{
    cpu->current = next;
    cpu_set_cr3(next->directory);
    tss_switch(&next->tss);
    if (cpu->at_switch)
        switch_more(cpu, next);
    fpu_load(&next->fpu);
}

/* How late a slot is, by now. */
PART_OF_HOT_PATH void note_start(const struct cpu *cpu)
{
    plan_note_start(cpu->slot, tsc_read_low() - (uint32_t)cpu_slot_start(cpu));
}

/* A slot is over that a partition used to its end, and the next one is a partition's that can run:
 * the way that a plan is made of.
 * @return the next one's frame; or NULL, and something else is to be done first */
PART_OF_HOT_PATH struct trap_frame *hand_over(struct cpu *cpu)
{
    struct slot *slot = next_slot(cpu);
    struct vcpu *v = slot->vcpu;

    enter_slot(cpu, slot);
    if (!v || v->partition->state != PARTITION_READY || cpu->pending)
        return NULL;
    cpu->running = v;
    if (v->execution_armed)
        vtimer_find_event(v);
    if (v->event_tsc < cpu->slot_end)
        return NULL;
    timer_set_new(cpu->slot_end);
    line_open_only(v->lines_open);
    if (v != cpu->current) {
        fpu_save(&cpu->current->fpu);
        load(cpu, v);
    }
    if (virq_ready(v)) {
        virq_enter(v);
        if (cpu->pending)
            return NULL;
    }
    note_start(cpu);
    return &v->entry.frame;
}

/* The timer's interrupt came out of a partition: its slot's end, or its own timer. */
struct trap_frame *timer_trap(struct trap_frame *frame)
{
    struct cpu *cpu = cpu_this();
    uint64_t now = tsc_read_pair();

    apic_end(); /* first: the timer is armed again below */
    if (now < cpu->slot_end)
        return timer_take() ? sched_resume() : frame;
    update_clock(cpu, cpu->current, now);
    frame = hand_over(cpu);
    if (frame)
        return frame;
    timer.due = TIMER_NEVER;
    cpu->slot_is_new = true;
    return sched_resume();
}

/* A hypercall left something to do: often a virtual interrupt, and nothing to the plan. */
struct trap_frame *guest_resume(void)
{
    struct cpu *cpu = cpu_this();
    struct vcpu *v = cpu->current;
    uint32_t waiting;

    if (cpu->pending != PENDING_VIRQ)
        return sched_resume();
    cpu->pending = 0;
    waiting = virq_waiting(v);
    if (!waiting || !v->control->virq_enabled ||
        (!trace_wants(BH_TRACE_VIRQ) && virq_enter_at_once(v, waiting)))
        return &v->entry.frame;
    virq_enter(v);
    return cpu->pending ? sched_resume() : &v->entry.frame;
}

/* From here on nothing is on the hot path. */

void sched_timer_event(uint64_t now)
{
    struct cpu *cpu = cpu_this();

    if (now >= cpu->slot_end) {
        enter_slot(cpu, next_slot(cpu));
        cpu->slot_is_new = true;
    }
    cpu->pending |= PENDING_RESCHEDULE;
}

void sched_rest(struct vcpu *v, enum vcpu_resting how)
{
    v->resting = how;
    v->rested_in = (uint32_t)cpu_this()->slot_end;
    cpu_this()->pending |= PENDING_RESCHEDULE;
}

bool sched_can_run(const struct cpu *cpu, struct vcpu *v)
{
    if (v->partition->state != PARTITION_READY)
        return false;
    if (v->resting == RESTING_SLOT && v->rested_in == (uint32_t)cpu->slot_end)
        return false;
    if (v->resting == RESTING_UNTIL_VIRQ && !virq_waiting(v))
        return false;
    v->resting = RESTING_NOT;
    return true;
}

/* Nobody runs: send what waits to be printed, a character at a time, and sleep. `sti` takes effect
 * behind the next instruction, so no interrupt can slip in between the test and `hlt`. */
static void idle(struct cpu *cpu)
{
    while (!cpu->pending && !health_has_notes) {
        if (console_pump())
            __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
        else
            __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
    }
}

void sched_stop_clock(struct cpu *cpu)
{
    if (cpu->running)
        update_clock(cpu, cpu->running, tsc_read());
    cpu->running = NULL;
}

/* Loading takes the partition's own time, and makes its slot late: that does not count. */
static void go_on_starting(struct cpu *cpu, struct vcpu *v)
{
    sched_stop_clock(cpu); /* whoever ran before does not run now */
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
    if (sched_can_run(cpu, v))
        return v;
    if (v->timer.at < *until)
        *until = v->timer.at;
    *lines = v->lines_open;
    return NULL;
}

static void change_clock(struct cpu *cpu, struct vcpu *next)
{
    sched_stop_clock(cpu);
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
        load(cpu, v);
    }
    cpu->pending = 0;
    virq_deliver(v);
    if (cpu->pending)
        return NULL;
    if (cpu->slot_is_new && cpu->slot->vcpu)
        note_start(cpu);
    cpu->slot_is_new = false;
    return &v->entry.frame;
}

struct trap_frame *sched_resume(void)
{
    struct cpu *cpu = cpu_this();

    for (;;) {
        struct trap_frame *frame;
        uint64_t until;
        uint32_t lines;
        struct vcpu *v;

        health_check();
        if (cpu->pending & PENDING_PLAN) {
            cpu->slot_end = tsc_read();
            enter_slot(cpu, plans_next_frame(cpu));
            cpu->slot_is_new = true;
        }
        cpu->pending = 0;
        until = cpu->slot_end;
        v = choose(cpu, &until, &lines);
        if (v) {
            frame = enter(cpu, v, until);
            if (frame)
                return frame;
            continue;
        }
        sched_stop_clock(cpu);
        if (trace_wants(BH_TRACE_SLOT))
            trace_slot_rests();
        timer_arm(until);
        line_open_only(lines);
        idle(cpu);
    }
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
    enter_slot(cpu, plans_first_frame(cpu));
    cpu->slot_is_new = true;
    entry_return(sched_resume());
}
