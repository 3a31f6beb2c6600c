/* virt: who has the processor, as the trace sees it. */
#include "virt/time/trace_slot.h"

#include "core/clock.h"
#include "hw/tsc.h"
#include "virt/time/plan.h"

static bool resting; /* the last thing that was said is that nobody runs */

void trace_slot_begins(const struct cpu *cpu)
{
    const struct slot *slot = cpu->slot;
    uint32_t late = (uint32_t)(tsc_read() - cpu_slot_start(cpu));

    if (cpu->pending & PENDING_END)
        return;
    trace_add(BH_TRACE_SLOT, slot->vcpu ? slot->vcpu->partition : NULL, BH_TRACE_SLOT_BEGINS,
              (uint32_t)(slot - cpu->plan->slots), (uint32_t)clock_from_ticks(late));
    resting = !slot->vcpu;
}

void trace_slot_runs(const struct partition *p)
{
    trace_add(BH_TRACE_SLOT, p, BH_TRACE_SLOT_RUNS, 0, 0);
    resting = false;
}

void trace_slot_rests(void)
{
    if (!resting)
        trace_add(BH_TRACE_SLOT, NULL, BH_TRACE_SLOT_RESTS, 0, 0);
    resting = true;
}

void trace_frame_begins(const struct cpu *cpu)
{
    trace_add(BH_TRACE_PLAN, NULL, cpu->plan->number, cpu->frames, 0);
}
