/**
 * @file
 * virt: a ring of the trace, for the files that write, read and print it.
 */
#ifndef VIRT_OUTPUT_TRACE_RING_H
#define VIRT_OUTPUT_TRACE_RING_H

#include "api/bulkhead.h"

enum {
    TRACE_RECORDS = 256,             /**< of a partition's ring: a power of two */
    TRACE_HYPERVISOR_RECORDS = 4096, /**< likewise */
    TRACE_NOBODY = 255,              /**< bh_trace_record.partition */
};

/** The indices run freely and are masked at use. */
struct trace_ring {
    struct bh_trace_record *records; /**< with the TSC where a reader wants ns */
    uint32_t size;                   /**< a power of two */
    uint32_t head, tail;             /**< next to write, to read */
    uint32_t lost;
    uint32_t mask;    /**< bit n: kind n is recorded */
    uint32_t allowed; /**< what the ring's partition may record */
};

/** @return a ring by a partition's number, or the hypervisor's for BH_NOBODY; NULL: there is none.
 */
struct trace_ring *trace_ring(uint32_t number);

/** @return a ring's record with the time in ns. @param index  between tail and head */
struct bh_trace_record trace_record(const struct trace_ring *ring, uint32_t index);

/** Sets what a ring records. */
void trace_set_mask(struct trace_ring *ring, uint32_t mask);

#endif
