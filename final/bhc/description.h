/**
 * @file
 * bhc: what an XML file says: the struct system that the hypervisor will get, and beside it what
 * only the host needs: where in the file everything stands, and the board's RAM.
 */
#ifndef BHC_DESCRIPTION_H
#define BHC_DESCRIPTION_H

#include "core/system.h"
#include "limits.h"

struct diag;

/** Where an element stands. */
struct item {
    unsigned line;
    bool whole; /**< all its values could be read; if not, it has been reported: check no further */
};

struct partition_source {
    struct item item;
    struct item areas[SYSTEM_AREAS_MAX];
    struct item port_ranges[SYSTEM_PORT_RANGES_MAX];
};

struct plan_source {
    struct item item;
    struct item slots[SYSTEM_SLOTS_MAX];
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
    uint32_t ram_count;
    struct ram_range ram[RAM_RANGES_MAX];
};

/**
 * From the text of a file to a checked description.
 * @return true if nothing is wrong with it; otherwise diag says what is.
 */
bool description_read(const char *text, size_t size, struct description *d, struct diag *diag);

#endif
