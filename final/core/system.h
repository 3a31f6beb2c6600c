/**
 * @file
 * core: the system description: which partitions there are, what each may use, and when it runs.
 *
 * It is data, fixed before the machine starts; nothing in it changes at run time. There are no
 * pointers in it, and its layout is the same for a 32-bit and a 64-bit compiler.
 */
#ifndef CORE_SYSTEM_H
#define CORE_SYSTEM_H

#include "klib/types.h"

enum {
    SYSTEM_NAME_SIZE = 24,      /**< bytes of a name, with the NUL that ends it */
    SYSTEM_PARTITIONS_MAX = 16, /**< in a system */
    SYSTEM_AREAS_MAX = 8,       /**< in a partition */
    SYSTEM_PORT_RANGES_MAX = 8, /**< in a partition */
    SYSTEM_PLANS_MAX = 4,       /**< in a system */
    SYSTEM_SLOTS_MAX = 64,      /**< in a plan */
    SYSTEM_CHANNELS_MAX = 16,   /**< in a system */
    SYSTEM_READERS_MAX = 4,     /**< of a channel */
    SYSTEM_MESSAGE_MAX = 4096,  /**< bytes of a message */
    SYSTEM_DEPTH_MAX = 64,      /**< messages that a queuing channel holds */
};

/** struct system_area's physical: the hypervisor takes free frames at boot. */
#define AREA_ANYWHERE 0xFFFFFFFF
/** struct system_area's virtual: not mapped at the start; the partition maps it by hypercall. */
#define AREA_UNMAPPED 0xFFFFFFFF

/** The most that a partition may do with an area. On 32-bit x86 without PAE, what can be read can
 * be executed. */
enum area_rights {
    AREA_READ = 1,
    AREA_WRITE = 2,
};

/** A piece of physically contiguous memory that belongs to one partition. */
struct system_area {
    char name[SYSTEM_NAME_SIZE];
    paddr_t physical; /**< page-aligned, or AREA_ANYWHERE */
    vaddr_t virtual;  /**< page-aligned, below 3 GiB; or AREA_UNMAPPED */
    uint32_t size;    /**< bytes, whole pages */
    uint32_t rights;  /**< enum area_rights */
};

/** A range of I/O ports that a partition may read and write. */
struct system_port_range {
    uint16_t first, last; /**< both inclusive */
};

enum system_partition_flags {
    PARTITION_CONSOLE = 1, /**< may print through the hypervisor's console */
};

/** One partition. Its first area holds its image and, at the top, its first stack. */
struct system_partition {
    char name[SYSTEM_NAME_SIZE];
    char image[SYSTEM_NAME_SIZE]; /**< the name of the boot module that is its ELF file */
    uint32_t flags;               /**< enum system_partition_flags */
    uint32_t page_tables;         /**< pages of its page-table pool; each maps 4 MiB */
    uint32_t restarts;            /**< how often it is started again after a fault */
    uint32_t area_count;
    struct system_area areas[SYSTEM_AREAS_MAX];
    uint32_t port_range_count;
    struct system_port_range port_ranges[SYSTEM_PORT_RANGES_MAX];
};

/** A stretch of time in which one partition has the processor. */
struct system_slot {
    uint32_t partition;   /**< index into system.partitions */
    uint32_t start_us;    /**< from the major frame's start, in microseconds */
    uint32_t duration_us; /**< microseconds */
};

/** A cyclic plan (ARINC 653 part 1, 2.3.1): the slots of one major frame, repeated for ever. */
struct system_plan {
    char name[SYSTEM_NAME_SIZE];
    uint32_t major_frame_us; /**< microseconds */
    uint32_t slot_count;
    struct system_slot slots[SYSTEM_SLOTS_MAX]; /**< ordered by start, not overlapping */
};

enum system_channel_kind {
    CHANNEL_SAMPLING, /**< holds the last message; a new one replaces it */
    CHANNEL_QUEUING,  /**< holds messages in their order until they are read */
};

/** A way for messages from one partition to others (ARINC 653 part 1, 2.3.5). Each end is a port,
 * which has the channel's name. */
struct system_channel {
    char name[SYSTEM_NAME_SIZE];
    uint32_t kind;         /**< enum system_channel_kind */
    uint32_t message_size; /**< bytes of its longest message */
    uint32_t depth;        /**< queuing: messages that it holds; sampling: 1 */
    uint32_t valid_us;     /**< sampling: how long a message is valid, in us; 0: for ever */
    uint32_t writer;       /**< index into system.partitions */
    uint32_t reader_count; /**< queuing: 1 */
    uint32_t readers[SYSTEM_READERS_MAX]; /**< indices into system.partitions */
};

struct system {
    uint32_t partition_count;
    struct system_partition partitions[SYSTEM_PARTITIONS_MAX];
    uint32_t plan_count;
    struct system_plan plans[SYSTEM_PLANS_MAX]; /**< the first is in force at the start */
    uint32_t frames; /**< end the run after so many major frames; 0: run for ever */
    uint32_t channel_count;
    struct system_channel channels[SYSTEM_CHANNELS_MAX];
};

_Static_assert(sizeof(struct system_area) == 40, "the same on every compiler");
_Static_assert(sizeof(struct system_partition) == 420, "the same on every compiler");
_Static_assert(sizeof(struct system_plan) == 800, "the same on every compiler");
_Static_assert(sizeof(struct system_channel) == 64, "the same on every compiler");

#endif
