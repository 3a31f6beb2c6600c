/* virt: what is said at the end of a run. */
#include "hw/power.h"
#include "hw/reset.h"
#include "klib/printf.h"
#include "virt/console.h"
#include "virt/health.h"
#include "virt/plans.h"
#include "virt/sched.h"
#include "virt/trace.h"

static void print_partitions(bool *well)
{
    const struct partition *p;

    printf("Partitions:\n");
    for (uint32_t i = 0; (p = partition_get(i)); i++) {
        printf("  %-10s %-9s  starts %u, faults %u, result %d\n", p->config->name,
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
    plans_print();
    print_partitions(&well);
    trace_print();
    reset_forget();
    power_off(well);
}
