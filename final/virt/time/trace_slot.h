/**
 * @file
 * virt: what the scheduler writes into the trace, if trace_wants(BH_TRACE_SLOT) or, for the major
 * frame, trace_wants(BH_TRACE_PLAN).
 */
#ifndef VIRT_TIME_TRACE_SLOT_H
#define VIRT_TIME_TRACE_SLOT_H

#include "virt/cpu.h"
#include "virt/output/trace.h"

/** The CPU's slot begins: if it is a partition's, that one runs until something else is said. */
void trace_slot_begins(const struct cpu *cpu);

/** A partition has the processor from now on. */
void trace_slot_runs(const struct partition *p);

/** Nobody has it from now on. Said twice, it counts once. */
void trace_slot_rests(void);

/** A major frame begins. */
void trace_frame_begins(const struct cpu *cpu);

#endif
