/**
 * @file
 * bhc: the walls that a system description must stay between. They are the hypervisor's: the
 * comment behind each says which of its rooms sets it.
 */
#ifndef BHC_LIMITS_H
#define BHC_LIMITS_H

#include "core/system.h"

#define PAGE_BYTES UINT32_C(0x1000)

/** Physical memory: the hypervisor's image and the boot modules (link.ld and the loader). */
#define HYPERVISOR_LOAD UINT32_C(0x00100000)
#define HYPERVISOR_END UINT32_C(0x00400000)
/** Physical memory above this has no address in the hypervisor's linear map (hw/paging.h). */
#define LINEAR_MAP_END UINT32_C(0x3F000000)
#define PHYSICAL_END UINT64_C(0x100000000)

/** The name of the boot module that is the description itself. */
#define DESCRIPTION_MODULE "system"

/** Virtual memory: the first page stays empty, so that a null pointer faults. */
#define VIRTUAL_FIRST UINT32_C(0x00001000)
#define CONTROL_PAGE UINT32_C(0xBFFFF000)    /**< the partition control page (api/) */
#define HYPERVISOR_BASE UINT32_C(0xC0000000) /**< KERNEL_BASE in hw/paging.h */
#define PAGE_TABLE_REACH UINT32_C(0x400000)  /**< what one page table maps */

enum {
    MAJOR_FRAME_MIN_US = 1000,
    MAJOR_FRAME_MAX_US = 60 * 1000 * 1000,
    SLOT_MIN_US = 100, /**< shorter, and switching would be most of it (virt/) */
    PAGE_TABLES_DEFAULT = 4,
    PAGE_TABLES_MAX = 768, /**< enough to map all 3 GiB below the hypervisor */
    /** Beside its areas and page tables, a partition takes a page directory, its control page and a
     * TSS with the bitmap of all I/O ports: 1 + 1 + 3 pages (virt/life/partition.c). */
    PARTITION_OVERHEAD_PAGES = 5,
    MESSAGE_HEAD_BYTES = 16, /**< in front of each message of a channel (virt/ipc/channel.h) */
    TRACE_RECORDS_HYPERVISOR =
        4096,            /**< of the trace: the hypervisor's (virt/output/trace_ring.h) */
    TRACE_RECORDS = 256, /**< and each partition's */
    TRACE_RECORD_BYTES = 24,
    RAM_RANGES_MAX = 8,
    FILE_BYTES_MAX = 256 << 10, /**< a description is a few kilobytes; more is a wrong file */
};

#endif
