/* virt: run to completion. The next partition is the first that is ready. */
#include "virt/time/sched.h"

#include "hw/cpu.h"
#include "hw/power.h"
#include "klib/printf.h"

static bool (*end_verdict)(void) = sched_summary;

void sched_set_verdict(bool (*verdict)(void))
{
    end_verdict = verdict;
}

bool sched_summary(void)
{
    static const char *const state_names[] = {"ready", "finished", "stopped"};
    const struct partition *p;
    bool well = true;

    printf("How they ended:\n");
    for (uint32_t i = 0; (p = partition_get(i)); i++) {
        printf("  %-8s %-8s  starts %u, faults %u, result %d\n", p->config->name,
               state_names[p->state], p->starts, p->faults, p->result);
        well &= p->result >= 0;
    }
    return well;
}

static struct vcpu *choose(void)
{
    struct partition *p;

    for (uint32_t i = 0; (p = partition_get(i)); i++)
        if (p->state == PARTITION_READY)
            return &p->vcpu;
    power_off(end_verdict());
}

struct trap_frame *sched_resume(void)
{
    struct cpu *cpu = cpu_this();
    struct vcpu *next = choose();

    if (next != cpu->current) {
        cpu->current = next;
        cpu_set_cr3(next->directory);
        tss_load(&next->tss);
    }
    return &next->entry.frame;
}

void sched_start(void)
{
    entry_return(sched_resume());
}
