/* virt: the health monitor's events of the machine and of the hypervisor itself. */
#include "virt/health_machine.h"

#include "core/clock.h"
#include "core/trap.h"
#include "hw/idt.h"
#include "hw/machine_check.h"
#include "hw/reset.h"
#include "klib/math64.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "virt/cpu.h"
#include "virt/health.h"

volatile bool health_has_notes;
static volatile uint32_t nmis, spurious_lines; /* bit n: at line n */
static uint32_t nmis_taken;
static struct vcpu *late; /* whose slot began late; NULL: nobody's */
static uint32_t late_by;  /* ticks of the TSC */

/* In the middle of anything, also of the log: it only takes a note. */
static void note(uint32_t vector)
{
    if (vector == TRAP_NMI)
        nmis++;
    else
        spurious_lines |= 1u << (vector - IDT_IRQ_BASE);
    health_has_notes = true;
    cpu_this()->pending |= PENDING_RESCHEDULE;
}

void health_note_late(struct vcpu *v, uint32_t error)
{
    late = v;
    late_by = error;
    health_has_notes = true;
    cpu_this()->pending |= PENDING_RESCHEDULE;
}

/* A slot that begins later than 2 s is no slot any more: the number ends there. */
static void late_event(struct partition *p)
{
    uint64_t ns = clock_from_ticks(late_by);

    late = NULL;
    health_event(p, BH_HEALTH_SLOT_LATE, ns < INT32_MAX ? (int32_t)ns : INT32_MAX);
}

/* An NMI may come in between: it is found in the next call, or counted in this one. */
void health_take_notes(void)
{
    uint32_t lines = spurious_lines, count;

    health_has_notes = false;
    count = nmis - nmis_taken;
    nmis_taken += count;
    spurious_lines &= ~lines;
    if (late)
        late_event(late->partition);
    if (count)
        health_machine_event(BH_HEALTH_NMI, (int32_t)count);
    for (; lines; lines &= lines - 1)
        health_machine_event(BH_HEALTH_SPURIOUS, __builtin_ctz(lines));
}

/* The report is printed. What the log still holds may tell why. */
static void failed(enum bh_health_event event, const char *what)
{
    bool reset_machine = health_machine_action(event) == HEALTH_RESET_SYSTEM;

    health_drain();
    printf("%s at %llu us", what, div64(clock_now(), NS_PER_US, NULL));
    if (!reset_machine) {
        printf(": that is a reason to halt.\n");
        return;
    }
    printf(", for the %u. time: ", reset_count() + 1);
    if (reset_count() < HEALTH_SYSTEM_RESETS) {
        printf("that is a reason to reset the machine.\n");
        machine_reset();
    }
    printf("that is a reason to halt, after so many resets.\n");
}

static void hypervisor_failed(void)
{
    failed(BH_HEALTH_HYPERVISOR, "The hypervisor has failed");
}

static void machine_failed(void)
{
    failed(BH_HEALTH_MACHINE_CHECK, "The machine has failed");
}

void health_machine_init(void)
{
    trap_set_machine_event_handler(note);
    panic_set_end(hypervisor_failed);
    machine_check_init(machine_failed);
}
