/* virt: taking turns. A partition runs until it yields or ends; then the next one that is ready, in
 * the description's order, has its turn. One that does neither keeps the machine: chapter 6's
 * problem. */
#include "virt/time/sched.h"

#include "hw/cpu.h"
#include "hw/power.h"
#include "klib/printf.h"

static bool summary(void)
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

/* The first ready one behind the current one, which itself comes last. */
static struct vcpu *choose(const struct vcpu *current)
{
    uint32_t count = partition_count(), first = current ? current->partition->id + 1 : 0;

    for (uint32_t i = 0; i < count; i++) {
        struct partition *p = partition_get((first + i) % count);

        if (p->state == PARTITION_READY)
            return &p->vcpu;
    }
    power_off(summary());
}

struct trap_frame *sched_resume(void)
{
    struct cpu *cpu = cpu_this();
    struct vcpu *next = choose(cpu->current);

    cpu->pending = 0;
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
