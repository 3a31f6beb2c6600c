/* virt: what is said at the end of a run. */
#include "virt/control/report.h"

#include "hw/power.h"
#include "hw/reset.h"
#include "klib/printf.h"
#include "virt/cpu.h"
#include "virt/health/log.h"
#include "virt/output/console.h"
#include "virt/output/trace_print.h"
#include "virt/time/plans.h"

enum { AWAY_US = 500 }; /* a start that is so late was not late by us */

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

void run_end(bool well)
{
    const struct partition *p;
    bool partitions_well = true;

    health_drain();
    for (uint32_t i = 0; (p = partition_get(i)); i++)
        console_drain(partition_get(i));
    printf("After %u major frames:\n", cpu_this()->frames);
    plans_print();
    print_partitions(&partitions_well);
    if (machine_ran(plans_latest_us()))
        well &= partitions_well;
    trace_print();
    reset_forget();
    power_off(well);
}
