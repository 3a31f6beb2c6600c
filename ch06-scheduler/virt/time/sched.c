/* virt: the scheduler. The timer's interrupt moves to the next slot; everything else follows on the
 * way out, in sched_resume(). Switching is returning to another frame: what a partition has in
 * registers lies in its vCPU already, so only the FPU, CR3 and the TSS have to be exchanged.
 *
 * Nothing here searches, divides or walks a list while partitions run. */
#include "virt/time/sched.h"

#include "core/clock.h"
#include "core/cmdline.h"
#include "core/timer.h"
#include "hw/cpu.h"
#include "hw/power.h"
#include "hw/tsc.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "klib/string.h"
#include "virt/time/plan.h"
#include "virt/vcpu/virq.h"
#include "virt/vcpu/vtimer.h"

enum {
    START_DELAY_US = 100, /* from sched_start() to the first slot */
    AWAY_US = 500,        /* a start that is so late was not late by us */
};

static struct plan plan;
static uint32_t frames_to_run; /* 0: for ever */

static void print_partitions(bool *well)
{
    static const char *const state_names[] = {"ready", "starting", "finished", "stopped"};
    const struct partition *p;

    printf("Partitions:\n");
    for (uint32_t i = 0; (p = partition_get(i)); i++) {
        printf("  %-8s %-8s  starts %u, faults %u, result %d\n", p->config->name,
               state_names[p->state], p->starts, p->faults, p->result);
        *well &= p->result >= 0;
    }
}

/* No path of ours is as long as AWAY_US: then the machine itself stood still, as a virtual one does
 * whose host is busy. A partition that ran out of time has not failed then.
 * @return whether the partitions' results count */
static bool machine_ran(uint32_t latest_us)
{
    if (latest_us < AWAY_US)
        return true;
    printf("Slots began up to %u us late, and nothing here takes so long: this machine stood "
           "still.\nIts host is busy. What partitions say of missing time shows nothing.\n",
           latest_us);
    return false;
}

/* The run is over. */
static void __attribute__((noreturn)) finish(void)
{
    const struct partition *p;
    bool well = true;

    for (uint32_t i = 0; (p = partition_get(i)); i++)
        console_drain(partition_get(i));
    printf("After %u major frames:\n", cpu_this()->frames);
    plan_print(&plan);
    print_partitions(&well);
    power_off(!machine_ran(plan_latest_us(&plan)) || well);
}

static void enter_slot(struct cpu *cpu)
{
    struct vcpu *v = cpu->slot->vcpu;

    cpu->slot_start = cpu->frame_start + cpu->slot->start;
    cpu->slot_end = cpu->frame_start + cpu->slot->end;
    cpu->slot_is_new = true;
    if (!v)
        return;
    v->resting = RESTING_NOT;
    virq_raise(v, BH_VIRQ_SLOT);
}

static void next_slot(struct cpu *cpu)
{
    if (++cpu->slot == cpu->plan_end) {
        cpu->slot = plan.slots;
        cpu->frame_start += plan.major_frame;
        if (++cpu->frames == frames_to_run)
            finish();
    }
    enter_slot(cpu);
}

/* The timer's interrupt: the slot's end, or the running partition's own timer. */
static void timer_event(void)
{
    struct cpu *cpu = cpu_this();

    if (tsc_read() >= cpu->slot_end)
        next_slot(cpu);
    cpu->pending |= PENDING_RESCHEDULE;
}

static bool can_run(struct vcpu *v)
{
    if (!v || v->partition->state != PARTITION_READY || v->resting == RESTING_SLOT)
        return false;
    if (v->resting == RESTING_UNTIL_VIRQ && !virq_waiting(v))
        return false;
    v->resting = RESTING_NOT;
    return true;
}

static void switch_to(struct cpu *cpu, struct vcpu *next)
{
    if (cpu->current)
        fpu_save(&cpu->current->fpu);
    cpu->current = next;
    cpu_set_cr3(next->directory);
    tss_load(&next->tss);
    fpu_load(&next->fpu);
}

/* What comes first: the slot's end, or the timer of the slot's partition. */
static void arm_timer(const struct cpu *cpu)
{
    const struct vcpu *v = cpu->slot->vcpu;

    timer_arm(v && v->timer_tsc < cpu->slot_end ? v->timer_tsc : cpu->slot_end);
}

/* Nobody runs: send what waits to be printed, a character at a time, and sleep. `sti` takes effect
 * behind the next instruction, so no interrupt can slip in between the test and `hlt`. */
static void idle(struct cpu *cpu)
{
    while (!cpu->pending) {
        if (console_pump())
            __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
        else
            __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
    }
}

static void note_start(struct cpu *cpu)
{
    if (!cpu->slot_is_new)
        return;
    cpu->slot_is_new = false;
    plan_note_start(cpu->slot, (uint32_t)(tsc_read() - cpu->slot_start));
}

struct trap_frame *sched_resume(void)
{
    struct cpu *cpu = cpu_this();

    for (;;) {
        struct vcpu *v = cpu->slot->vcpu;

        cpu->pending = 0;
        if (v && v->partition->state == PARTITION_STARTING) {
            partition_continue_start(v->partition, cpu->slot_end);
            cpu->slot_is_new = false; /* late by its own loading, which does not count */
        }
        if (v)
            vtimer_check(v);
        arm_timer(cpu);
        if (!can_run(v)) {
            idle(cpu);
            continue;
        }
        if (v != cpu->current)
            switch_to(cpu, v);
        virq_deliver(v);
        if (v->partition->state == PARTITION_READY) {
            note_start(cpu);
            return &v->entry.frame;
        }
    }
}

void sched_init(const struct system *system, const char *name)
{
    const struct system_plan *chosen = NULL;

    for (uint32_t i = system->plan_count; i-- > 0;)
        if (!name || cmdline_equal(name, system->plans[i].name))
            chosen = &system->plans[i];
    if (!chosen)
        panic("there is no such plan");
    plan_init(&plan, chosen);
    frames_to_run = system->frames;
    timer_init(timer_event);
}

void sched_start(void)
{
    struct cpu *cpu = cpu_this();

    printf("Keeping plan %s.\n", plan.name);
    cpu->slot = plan.slots;
    cpu->plan_end = plan.slots + plan.slot_count;
    cpu->frame_start = clock_to_tsc(clock_now() + START_DELAY_US * NS_PER_US);
    while (tsc_read() < cpu->frame_start)
        ;
    enter_slot(cpu);
    entry_return(sched_resume());
}
