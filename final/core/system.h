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
    SYSTEM_NAME_SIZE = 24,       /**< bytes of a name, with the NUL that ends it */
    SYSTEM_PARTITIONS_MAX = 16,  /**< in a system */
    SYSTEM_AREAS_MAX = 8,        /**< in a partition */
    SYSTEM_PORT_RANGES_MAX = 8,  /**< in a partition */
    SYSTEM_PLANS_MAX = 4,        /**< in a system */
    SYSTEM_SLOTS_MAX = 64,       /**< in a plan */
    SYSTEM_CHANNELS_MAX = 16,    /**< in a system */
    SYSTEM_READERS_MAX = 4,      /**< of a channel */
    SYSTEM_MESSAGE_MAX = 4096,   /**< bytes of a message */
    SYSTEM_DEPTH_MAX = 64,       /**< messages that a queuing channel holds */
    SYSTEM_SHARED_MAX = 8,       /**< blocks of memory that several partitions may have */
    SYSTEM_SIGNALS_MAX = 16,     /**< in a system */
    SYSTEM_SPACES_MAX = 8,       /**< address spaces of a partition, the first one included */
    SYSTEM_BACKGROUND_MAX = 255, /**< the highest priority in the background */
    SYSTEM_LINES = 16,           /**< interrupt lines of the two 8259s */
    SYSTEM_HEALTH_EVENTS = 32,   /**< events that have an action; enum bh_health_event uses some */
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

/** What an area is made of. */
enum area_kind {
    AREA_RAM,    /**< memory of its own, scrubbed at each start */
    AREA_SHARED, /**< a part of a shared block; never scrubbed after the system's start */
    AREA_DEVICE, /**< a device's registers or memory: not RAM, the hypervisor never touches it */
};

/** How the processor may cache an area (Intel SDM vol. 3A, 11.5.1 and 11.5.2). */
enum area_cache {
    AREA_WRITE_BACK,
    AREA_WRITE_THROUGH,
    AREA_UNCACHED,
};

/** A piece of physically contiguous memory that a partition may use. */
struct system_area {
    char name[SYSTEM_NAME_SIZE];
    paddr_t physical; /**< page-aligned, or AREA_ANYWHERE, as it is of an AREA_SHARED */
    vaddr_t virtual;  /**< page-aligned, below 3 GiB; or AREA_UNMAPPED */
    uint32_t size;    /**< bytes, whole pages */
    uint32_t rights;  /**< enum area_rights */
    uint32_t kind;    /**< enum area_kind */
    uint32_t cache;   /**< enum area_cache */
    uint32_t shared;  /**< AREA_SHARED: index into system.shared; else 0 */
    uint32_t offset;  /**< AREA_SHARED: where in the block it begins, bytes, whole pages; else 0 */
};

/** A block of memory that areas of several partitions lie in, each with rights of its own. */
struct system_shared {
    char name[SYSTEM_NAME_SIZE];
    paddr_t physical; /**< page-aligned, or AREA_ANYWHERE */
    uint32_t size;    /**< bytes, whole pages */
};

/** A range of I/O ports that a partition may read and write. */
struct system_port_range {
    uint16_t first, last; /**< both inclusive */
};

enum system_partition_flags {
    PARTITION_CONSOLE = 1,     /**< may print through the hypervisor's console */
    PARTITION_SYSTEM = 2,      /**< may control other partitions and the system */
    PARTITION_FLUSH_CACHE = 4, /**< the caches are written back and emptied when its slots begin */
};

/**
 * What the health monitor does about an event (ARINC 653 part 1, 2.4). A partition's table and the
 * system's have an action for each event of enum bh_health_event; 0 is the event's usual one.
 */
enum health_action {
    HEALTH_USUAL,        /**< what virt/health/decide.c has for this event */
    HEALTH_IGNORE,       /**< as if it had not happened; not for what cannot be resumed */
    HEALTH_LOG,          /**< write it down, and go on; likewise */
    HEALTH_PROPAGATE,    /**< BH_VIRQ_HEALTH at the partition */
    HEALTH_SUSPEND,      /**< the partition waits for a system partition to resume it */
    HEALTH_HALT,         /**< the partition never runs again, unless it is reset */
    HEALTH_WARM_RESET,   /**< the partition starts again, its memory kept but for the image */
    HEALTH_COLD_RESET,   /**< the partition starts again with scrubbed memory */
    HEALTH_SWITCH_PLAN,  /**< at once to health_plan; the partition goes on as HEALTH_HALT */
    HEALTH_RESET_SYSTEM, /**< all partitions start again, the first plan from its beginning */
    HEALTH_HALT_SYSTEM,  /**< power off */
    HEALTH_ACTIONS,
};

/** One partition. Its first area holds its image and, at the top, its first stack. */
struct system_partition {
    char name[SYSTEM_NAME_SIZE];
    char image[SYSTEM_NAME_SIZE]; /**< the name of the boot module that is its ELF file */
    uint32_t flags;               /**< enum system_partition_flags */
    uint32_t page_tables;         /**< pages of its page-table pool; each maps 4 MiB */
    uint32_t restarts;            /**< how often the health monitor resets it before it halts it */
    uint32_t spaces;              /**< address spaces beside the first one */
    uint32_t background;          /**< priority in time that no slot uses: larger first; 0: none */
    uint32_t lines;               /**< bit n: interrupt line n is this partition's */
    uint32_t level_lines;         /**< of those, the ones that are level-triggered */
    uint32_t trace_mask;          /**< enum bh_trace_kind: bit n: kind n is recorded */
    uint32_t health_plan;         /**< for HEALTH_SWITCH_PLAN: index into system.plans */
    uint8_t actions[SYSTEM_HEALTH_EVENTS]; /**< enum health_action, by enum bh_health_event */
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

/** A way for messages from one partition to others (ARINC 653 part 1, 2.3.5). Each end is a port
 * with a name of its own partition's. */
struct system_channel {
    char name[SYSTEM_NAME_SIZE];
    char writer_port[SYSTEM_NAME_SIZE];                      /**< its name for the writer */
    char reader_ports[SYSTEM_READERS_MAX][SYSTEM_NAME_SIZE]; /**< and for each reader */
    uint32_t kind;                                           /**< enum system_channel_kind */
    uint32_t message_size;                                   /**< bytes of its longest message */
    uint32_t depth;        /**< queuing: messages that it holds; sampling: 1 */
    uint32_t valid_us;     /**< sampling: how long a message is valid, in us; 0: for ever */
    uint32_t writer;       /**< index into system.partitions */
    uint32_t reader_count; /**< queuing: 1 */
    uint32_t readers[SYSTEM_READERS_MAX]; /**< indices into system.partitions */
};

/** A virtual interrupt that one partition may raise at another, with nothing else. */
struct system_signal {
    char name[SYSTEM_NAME_SIZE];
    uint32_t from, to; /**< indices into system.partitions */
    uint32_t virq;     /**< which virtual interrupt: BH_VIRQ_SIGNAL to BH_VIRQ_SIGNAL + 7 */
};

struct system {
    uint32_t partition_count;
    struct system_partition partitions[SYSTEM_PARTITIONS_MAX];
    uint32_t plan_count;
    struct system_plan plans[SYSTEM_PLANS_MAX]; /**< the first is in force at the start */
    uint32_t frames; /**< end the run after so many major frames; 0: run for ever */
    uint32_t channel_count;
    struct system_channel channels[SYSTEM_CHANNELS_MAX];
    uint32_t shared_count;
    struct system_shared shared[SYSTEM_SHARED_MAX];
    uint32_t signal_count;
    struct system_signal signals[SYSTEM_SIGNALS_MAX];
    uint32_t trace_mask;                   /**< of the hypervisor's own events */
    uint32_t health_plan;                  /**< for HEALTH_SWITCH_PLAN of the system's table */
    uint8_t actions[SYSTEM_HEALTH_EVENTS]; /**< enum health_action, for the hypervisor's events */
};

_Static_assert(sizeof(struct system_area) == 56, "the same on every compiler");
_Static_assert(sizeof(struct system_partition) == 604, "the same on every compiler");
_Static_assert(sizeof(struct system_plan) == 800, "the same on every compiler");
_Static_assert(sizeof(struct system_channel) == 184, "the same on every compiler");
_Static_assert(sizeof(struct system_shared) == 32, "the same on every compiler");
_Static_assert(sizeof(struct system_signal) == 36, "the same on every compiler");

#endif
