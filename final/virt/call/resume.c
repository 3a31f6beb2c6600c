/* virt: the way out. Lower rooms leave what they have to say in two places: a bit of cpu->pending,
 * and what virt/raise.h keeps for the health monitor. Both are looked at here. */
#include "virt/call/resume.h"

#include "core/timer.h"
#include "hw/guest_entry.h"
#include "hw/hypercall_entry.h"
#include "hw/screen.h"
#include "hw/timer_entry.h"
#include "virt/control/monitor.h"
#include "virt/control/report.h"
#include "virt/health/log.h"
#include "virt/output/console.h"
#include "virt/raise.h"
#include "virt/time/handover.h"
#include "virt/time/sched.h"

/* The timer's interrupt came out of a partition: its slot's end, or its own timer. */
struct trap_frame *timer_trap(struct trap_frame *frame)
{
    struct cpu *cpu = cpu_this();
    uint64_t now = tsc_read_pair();

    apic_end(); /* first: the timer is armed again below */
    if (now < cpu->slot_end)
        return timer_take() ? resume() : frame;
    turn_update_clock(cpu, cpu->current, now);
    frame = handover(cpu);
    if (frame)
        return frame;
    timer.due = TIMER_NEVER;
    cpu->slot_is_new = true;
    return resume();
}

/* A hypercall left something to do: often a virtual interrupt, and nothing to the plan. */
struct trap_frame *guest_resume(void)
{
    struct cpu *cpu = cpu_this();
    struct vcpu *v = cpu->current;
    uint32_t waiting;

    if (cpu->pending != PENDING_VIRQ)
        return resume();
    cpu->pending = 0;
    waiting = virq_waiting(v);
    if (!waiting || !v->control->virq_enabled ||
        (!trace_wants(BH_TRACE_VIRQ) && virq_enter_at_once(v, waiting)))
        return &v->entry.frame;
    virq_enter(v);
    return cpu->pending ? resume() : &v->entry.frame;
}

/* From here on nothing is on the hot path. */

/* A step of whatever waits to be shown. Events and partitions' lines come in turn, so that a flood
 * of events does not keep the lines back. @return false when nothing waits */
static bool pump(void)
{
    static bool lines_turn; /* an event was the last */

    if (console_send())
        return true;
    if (!lines_turn && health_pump())
        return lines_turn = true;
    if (console_begin_line() || lines_turn) {
        lines_turn = false;
        return true;
    }
    return screen_step();
}

/* Nobody runs: send what waits to be printed, a character at a time, and sleep. `sti` takes effect
 * behind the next instruction, so no interrupt can slip in between the test and `hlt`. */
static void idle(struct cpu *cpu)
{
    while (!cpu->pending && !raised.any) {
        if (pump())
            __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
        else
            __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
    }
}

struct trap_frame *resume(void)
{
    struct cpu *cpu = cpu_this();

    for (;;) {
        struct trap_frame *frame;

        if (raised.any)
            health_take_raised();
        frame = sched_next(cpu);
        if (frame)
            return frame;
        if (cpu->pending & PENDING_END)
            run_end(true);
        idle(cpu);
    }
}

void resume_first(void)
{
    sched_start();
    entry_return(resume());
}
