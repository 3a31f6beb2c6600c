/* virt: the scheduler. The timer's interrupt moves to the next slot; everything else follows on the
 * way out, in sched_resume(). Switching is returning to another frame: what a partition has in
 * registers lies in its vCPU already, so only the FPU, CR3 and the TSS have to be exchanged.
 *
 * Nothing here searches, divides or walks a list while partitions run. */
#include "virt/sched.h"

#include "core/clock.h"
#include "core/cmdline.h"
#include "core/timer.h"
#include "hw/cpu.h"
#include "hw/power.h"
#include "hw/tsc.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "klib/string.h"
#include "virt/health.h"
#include "virt/line.h"
#include "virt/plan.h"
#include "virt/virq.h"
#include "virt/vtimer.h"

enum {
    START_DELAY_US = 100, /* from sched_start() to the first slot */
};

struct cpu boot_cpu;

static struct plan plan;
static uint32_t frames_to_run; /* 0: for ever */

static void print_partitions(bool *well)
{
    const struct partition *p;

    printf("Partitions:\n");
    for (uint32_t i = 0; (p = partition_get(i)); i++) {
        printf("  %-8s %-8s  starts %u, faults %u, result %d\n", p->config->name,
               partition_state_name(p->state), p->starts, p->faults, p->result);
        *well &= p->result >= 0;
    }
}

void sched_finish(bool well)
{
    const struct partition *p;

    health_drain();
    for (uint32_t i = 0; (p = partition_get(i)); i++)
        console_drain(partition_get(i));
    printf("After %u major frames:\n", cpu_this()->frames);
    plan_print(&plan);
    print_partitions(&well);
    power_off(well);
}

static void enter_slot(struct cpu *cpu, struct slot *slot)
{
    struct vcpu *v = slot->vcpu;

    cpu->slot = slot;
    cpu->slot_start = cpu->slot_end; /* slots follow each other without a gap: nothing drifts */
    cpu->slot_end += slot->end - slot->start;
    cpu->slot_is_new = true;
    if (!v)
        return;
    v->resting = RESTING_NOT;
    v->control->virq_pending |= 1u << BH_VIRQ_SLOT;
}

void sched_restart(void)
{
    struct cpu *cpu = cpu_this();

    cpu->slot_end = tsc_read();
    enter_slot(cpu, plan.slots);
    cpu->pending |= PENDING_RESCHEDULE;
}

static void next_slot(struct cpu *cpu)
{
    struct slot *slot = cpu->slot + 1;

    if (slot == cpu->plan_end) {
        slot = plan.slots;
        if (++cpu->frames == frames_to_run)
            sched_finish(true);
    }
    enter_slot(cpu, slot);
}

/* The timer's interrupt: the slot's end, or the running partition's own timer. */
void sched_timer_event(uint64_t now)
{
    struct cpu *cpu = cpu_this();

    if (now >= cpu->slot_end)
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

/* Loading takes the partition's own time, and makes its slot late: that does not count. */
static void go_on_starting(struct cpu *cpu, struct vcpu *v)
{
    partition_continue_start(v->partition, cpu->slot_end);
    cpu->slot_is_new = false;
}

struct trap_frame *sched_resume(void)
{
    struct cpu *cpu = cpu_this();

    if (cpu->pending == PENDING_VIRQ) { /* often, and nothing to the plan */
        cpu->pending = 0;
        virq_deliver(cpu->current);
        if (!cpu->pending)
            return &cpu->current->entry.frame;
    }
    for (;;) {
        struct vcpu *v = cpu->slot->vcpu;
        uint64_t deadline = cpu->slot_end;

        cpu->pending = 0;
        if (v) {
            if (v->partition->state == PARTITION_STARTING)
                go_on_starting(cpu, v);
            vtimer_check(v);
            if (v->timer_tsc < deadline)
                deadline = v->timer_tsc;
        }
        timer_arm(deadline);
        line_select(v);
        if (!can_run(v)) {
            idle(cpu);
            continue;
        }
        if (v != cpu->current)
            switch_to(cpu, v);
        virq_deliver(v);
        if (v->partition->state == PARTITION_READY) {
            if (cpu->slot_is_new) {
                cpu->slot_is_new = false;
                plan_note_start(cpu->slot, (uint32_t)(tsc_read() - cpu->slot_start));
            }
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
}

void sched_start(void)
{
    struct cpu *cpu = cpu_this();

    timer_start();
    printf("Keeping plan %s.\n", plan.name);
    cpu->plan_end = plan.slots + plan.slot_count;
    cpu->slot_end = clock_to_tsc(clock_now() + START_DELAY_US * NS_PER_US);
    while (tsc_read() < cpu->slot_end)
        ;
    enter_slot(cpu, plan.slots);
    entry_return(sched_resume());
}
