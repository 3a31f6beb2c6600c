/**
 * @file
 * core: the system description: which partitions there are, and what each may use.
 *
 * It is data, fixed before the machine starts; nothing in it changes at run time. There are no
 * pointers in it.
 */
#ifndef CORE_SYSTEM_H
#define CORE_SYSTEM_H

#include "klib/types.h"

enum {
    SYSTEM_NAME_SIZE = 24,      /**< bytes of a name, with the NUL that ends it */
    SYSTEM_PARTITIONS_MAX = 16, /**< in a system */
    SYSTEM_AREAS_MAX = 8,       /**< in a partition */
    SYSTEM_PORT_RANGES_MAX = 8, /**< in a partition */
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

/** One partition. Its first area holds its image and, at the top, its first stack. */
struct system_partition {
    char name[SYSTEM_NAME_SIZE];
    char image[SYSTEM_NAME_SIZE]; /**< the name of the boot module that is its ELF file */
    uint32_t page_tables;         /**< pages of its page-table pool; each maps 4 MiB */
    uint32_t restarts;            /**< how often it is started again after a fault */
    uint32_t area_count;
    struct system_area areas[SYSTEM_AREAS_MAX];
    uint32_t port_range_count;
    struct system_port_range port_ranges[SYSTEM_PORT_RANGES_MAX];
};

struct system {
    uint32_t partition_count;
    struct system_partition partitions[SYSTEM_PARTITIONS_MAX];
};

/** The system of this chapter (core/system.c). */
extern const struct system system_description;

#endif
