/**
 * @file
 * virt: whose turn it is: who can run, and for whom the execution clock goes.
 */
#ifndef VIRT_TIME_TURN_H
#define VIRT_TIME_TURN_H

#include "hw/tsc.h"
#include "virt/cpu.h"
#include "virt/vcpu/virq.h"

/** The partition gives the processor up. Others do not get it earlier for that: their slots
 * stay. */
static inline void turn_rest(struct vcpu *v, enum vcpu_resting how)
{
    v->resting = how;
    v->rested_in = (uint32_t)cpu_this()->slot_end;
    cpu_this()->pending |= PENDING_RESCHEDULE;
}

/** Can it run now? Then it does not rest any more. */
static inline bool turn_can_begin(const struct cpu *cpu, struct vcpu *v)
{
    if (v->partition->state != PARTITION_READY)
        return false;
    if (v->resting == RESTING_SLOT && v->rested_in == (uint32_t)cpu->slot_end)
        return false;
    if (v->resting == RESTING_UNTIL_VIRQ && !virq_waiting(v))
        return false;
    v->resting = RESTING_NOT;
    return true;
}

/** The execution clock of whoever runs is up to date, and goes on from here. @param now  the TSC */
static inline void turn_update_clock(struct cpu *cpu, struct vcpu *running, uint64_t now)
{
    running->ran += now - cpu->run_since;
    cpu->run_since = now;
}

/** The execution clock of whoever ran stands still from now on. */
static inline void turn_stop_clock(struct cpu *cpu)
{
    if (cpu->running)
        turn_update_clock(cpu, cpu->running, tsc_read());
    cpu->running = NULL;
}

#endif
