/**
 * @file
 * bhc: what an XML file says: the struct system that the hypervisor will get, and beside it what
 * only the host needs: where in the file everything stands, and the board's RAM.
 */
#ifndef BHC_DESCRIPTION_H
#define BHC_DESCRIPTION_H

#include "core/system.h"
#include "limits.h"

/** Where an element stands. */
struct item {
    unsigned line;
    bool whole; /**< all its values could be read; if not, it has been reported: check no further */
};

/** A table of the health monitor. */
struct health_source {
    struct item item; /**< line 0: there is none */
    bool names_plan;  /**< has plan= */
    uint32_t count;
    uint32_t events[SYSTEM_HEALTH_EVENTS];
    struct item entries[SYSTEM_HEALTH_EVENTS];
};

struct partition_source {
    struct item item;
    struct item areas[SYSTEM_AREAS_MAX];
    struct item port_ranges[SYSTEM_PORT_RANGES_MAX];
    uint32_t line_count;
    struct item lines[SYSTEM_LINES]; /**< in the order of the file */
    uint32_t line_numbers[SYSTEM_LINES];
    struct health_source health;
};

/** What a partition wants in each of its periods, in a plan that has no slots of its own. */
struct demand {
    struct item item;
    uint32_t partition;
    uint32_t period_us, budget_us;
};

struct plan_source {
    struct item item;
    struct item slots[SYSTEM_SLOTS_MAX];
    uint32_t demand_count;
    struct demand demands[SYSTEM_PARTITIONS_MAX];
};

struct channel_source {
    struct item item;
    struct item readers[SYSTEM_READERS_MAX];
};

/** Memory that the board has. */
struct ram_range {
    struct item item;
    uint64_t base, size; /**< bytes; size may be 4 GiB */
};

struct description {
    char name[SYSTEM_NAME_SIZE];
    struct system system;
    struct partition_source partitions[SYSTEM_PARTITIONS_MAX]; /**< beside system.partitions */
    struct plan_source plans[SYSTEM_PLANS_MAX];                /**< beside system.plans */
    struct channel_source channels[SYSTEM_CHANNELS_MAX];       /**< beside system.channels */
    struct item shared[SYSTEM_SHARED_MAX];                     /**< beside system.shared */
    struct item signals[SYSTEM_SIGNALS_MAX];                   /**< beside system.signals */
    struct health_source health;                               /**< beside system.actions */
    uint32_t ram_count;
    struct ram_range ram[RAM_RANGES_MAX];
};

#endif
