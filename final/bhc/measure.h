/**
 * @file
 * bhc: what follows from a description: shares of time, page tables, places in memory. No messages.
 */
#ifndef BHC_MEASURE_H
#define BHC_MEASURE_H

#include "description.h"

/** Bytes from start to before end; an end may be 4 GiB. */
struct span {
    uint64_t start, end;
};

static inline bool spans_overlap(struct span a, struct span b)
{
    return a.start < b.end && b.start < a.end;
}

/** An area that has a physical address, or a virtual one. */
struct span physical_span(const struct system_area *area);
struct span virtual_span(const struct system_area *area);
struct span shared_span(const struct system_shared *shared);

/** What a plan gives to one partition in each major frame. */
struct supply {
    uint32_t slots;
    uint32_t us;
    uint32_t longest_wait_us; /**< from the end of one of its slots to the start of the next */
};

struct supply plan_supply(const struct system_plan *plan, uint32_t partition);

/** @return microseconds of the major frame that belong to slots */
uint32_t plan_busy_us(const struct system_plan *plan);

/** @return page tables for the areas with a virtual address and for the partition control page */
uint32_t page_tables_needed(const struct system_partition *partition);

/** @return whether a span is in one range of RAM, and in the hypervisor's reach */
bool is_ram(const struct description *d, struct span span);

/** Pages that the hypervisor takes for the channels that a partition writes to. */
uint64_t channel_pages(const struct system *system, uint32_t writer);

/** Pages that the hypervisor keeps for a partition: page tables, channels, and the like. */
uint64_t partition_pages(const struct system *system, uint32_t partition);

/** Pages that the rings of the trace take. */
uint64_t trace_pages(const struct system *system);

/** Where things lie in physical memory. A span that ends at 0 has found no room. */
struct placement {
    struct span shared[SYSTEM_SHARED_MAX];
    struct span areas[SYSTEM_PARTITIONS_MAX][SYSTEM_AREAS_MAX];
    struct span tables[SYSTEM_PARTITIONS_MAX]; /**< page tables and the like: the hypervisor's */
    struct span trace;                         /**< the hypervisor's as well */
};

/**
 * Finds room for the areas that may lie anywhere and for each partition's page tables, as the
 * hypervisor does at boot (core/frame.c): in the order of the file, each behind the one before.
 * @return whether all found room
 */
bool place_areas(const struct description *d, struct placement *placement);

#endif
