/**
 * @file
 * virt: the trace: what happened when, in rings of records: one for each partition, and the
 * hypervisor's own. An event goes into each of the two rings whose mask has its kind. When a ring
 * is full, a new record takes the place of the oldest, and the loss is counted.
 */
#ifndef VIRT_OUTPUT_TRACE_H
#define VIRT_OUTPUT_TRACE_H

#include "virt/partition.h"

/** The kinds that any ring may record now. It is all that a hot path looks at. */
extern uint32_t trace_kinds;

/**
 * Makes the rings. Call after partition_init(), before the first partition runs.
 * @param all  the hypervisor's ring records everything, whatever the description says
 */
void trace_init(const struct system *system, bool all);

/** A partition starts anew: what is recorded of it is what the description says. */
void trace_reset(const struct partition *p);

/** @return whether an event of this kind and partition would be recorded. */
bool trace_records(enum bh_trace_kind kind, const struct partition *p);

/** Writes an event down. @param p  whose it is; NULL: nobody's. The rest as in bh_trace_kind. */
void trace_add(enum bh_trace_kind kind, const struct partition *p, uint32_t code, uint32_t a,
               uint32_t b);

/** @return whether anybody records the kind: one test and one jump. */
static inline bool trace_wants(enum bh_trace_kind kind)
{
    return __builtin_expect(trace_kinds >> kind & 1, 0);
}

/** As trace_add(), and hardly there when nobody records the kind. */
static inline void trace_note(enum bh_trace_kind kind, const struct partition *p, uint32_t code,
                              uint32_t a, uint32_t b)
{
    if (trace_wants(kind))
        trace_add(kind, p, code, a, b);
}

#endif
