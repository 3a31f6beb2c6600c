/**
 * @file
 * virt: from one slot to the next: the way from the timer's interrupt to the next partition's
 * instruction, from top to bottom. Nothing on it searches, divides or walks a list. Switching is
 * returning to another frame: what a partition has in registers lies in its vCPU already, so only
 * the FPU, CR3 and the TSS have to be exchanged.
 */
#ifndef VIRT_TIME_HANDOVER_H
#define VIRT_TIME_HANDOVER_H

#include "core/timer.h"
#include "hw/cpu.h"
#include "hw/tss_switch.h"
#include "virt/cpu.h"
#include "virt/memory/cache.h"
#include "virt/time/plans.h"
#include "virt/time/trace_slot.h"
#include "virt/time/turn.h"
#include "virt/vcpu/line.h"
#include "virt/vcpu/virq.h"
#include "virt/vcpu/vtimer.h"

/* The functions of the hot path are parts of two or three others, each once: not calls. */
#define PART_OF_HOT_PATH static inline __attribute__((always_inline))

/** What few partitions and few machines need at a switch: see enum switch_work. */
void handover_more(struct cpu *cpu, const struct vcpu *next);

/* Slots follow each other without a gap, so nothing drifts. */
PART_OF_HOT_PATH void handover_enter_slot(struct cpu *cpu, struct slot *slot)
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

PART_OF_HOT_PATH struct slot *handover_next_slot(struct cpu *cpu)
{
    struct slot *slot = cpu->slot + 1;

    return slot == cpu->plan_end ? plans_next_frame(cpu) : slot;
}

PART_OF_HOT_PATH void handover_load(struct cpu *cpu, struct vcpu *next)
{
    cpu->current = next;
    cpu_set_cr3(next->directory);
    tss_switch(&next->tss);
    if (cpu->at_switch)
        handover_more(cpu, next);
    fpu_load(&next->fpu);
}

/* How late a slot is, by now. */
PART_OF_HOT_PATH void handover_note_start(const struct cpu *cpu)
{
    plan_note_start(cpu->slot, tsc_read_low() - (uint32_t)cpu_slot_start(cpu));
}

/* A slot is over that a partition used to its end, and the next one is a partition's that can run:
 * the way that a plan is made of.
 * @return the next one's frame; or NULL, and something else is to be done first */
PART_OF_HOT_PATH struct trap_frame *handover(struct cpu *cpu)
{
    struct slot *slot = handover_next_slot(cpu);
    struct vcpu *v = slot->vcpu;

    handover_enter_slot(cpu, slot);
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
        handover_load(cpu, v);
    }
    if (virq_ready(v)) {
        virq_enter(v);
        if (cpu->pending)
            return NULL;
    }
    handover_note_start(cpu);
    return &v->entry.frame;
}

#endif
