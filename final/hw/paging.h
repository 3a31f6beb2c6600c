/**
 * @file
 * hw: two-level paging with 4 KiB and 4 MiB pages (Intel SDM vol. 3A, 4.3), and the address space's
 * plan.
 *
 *     0x00000000  a partition's (from ch04 on)
 *     0xC0000000  physical memory from 0 up, 4 MiB supervisor pages, in every address space
 *     0xFF000000  devices that live in memory: at 0xFF000000 the screen's dots
 */
#ifndef HW_PAGING_H
#define HW_PAGING_H

#define PAGE_SIZE 0x1000
#define LARGE_PAGE_SIZE 0x400000

#define KERNEL_BASE 0xC0000000     /**< where the hypervisor's part of every address space begins */
#define KERNEL_DIRECTORY_INDEX 768 /**< KERNEL_BASE >> 22: its first page directory entry */
#define LINEAR_MAP_SIZE 0x3F000000 /**< 1008 MiB of physical memory can be mapped at KERNEL_BASE */

#define DEVICE_WINDOW 0xFF000000      /**< where paging_map_device() maps */
#define DEVICE_WINDOW_SIZE 0x00C00000 /**< bytes: three large pages */

/* Bits of page directory and page table entries (Intel SDM vol. 3A, tables 4-4 to 4-6). */
#define PAGE_PRESENT 0x001
#define PAGE_WRITE 0x002 /**< R/W: clear = read-only, also for CPL 0 when CR0.WP is set */
#define PAGE_USER 0x004  /**< U/S: clear = supervisor, that is CPL 0 to 2 */
#define PAGE_WRITE_THROUGH 0x008
#define PAGE_CACHE_DISABLE 0x010
#define PAGE_ACCESSED 0x020
#define PAGE_DIRTY 0x040
#define PAGE_LARGE 0x080      /**< PS, in a directory entry: a 4 MiB page */
#define PAGE_GLOBAL 0x100     /**< stays in the TLB when CR3 is written */
#define PAGE_SOFTWARE_SHIFT 9 /**< bits 11 to 9 are ours: the CPU ignores them */
#define PAGE_SOFTWARE 0xE00
#define PAGE_ADDRESS 0xFFFFF000
#define LARGE_PAGE_ADDRESS 0xFFC00000

/* Bits of a page fault's error code (Intel SDM vol. 3A, 4.7). */
#define PAGE_FAULT_PROTECTION 0x01 /**< clear: the page was not present */
#define PAGE_FAULT_WRITE 0x02      /**< clear: it was read */
#define PAGE_FAULT_USER 0x04       /**< clear: CPL was 0 to 2 */
#define PAGE_FAULT_RESERVED 0x08   /**< a reserved bit was set in an entry */
#define PAGE_FAULT_FETCH 0x10      /**< it was an instruction fetch */

#ifndef __ASSEMBLER__

#include "klib/types.h"

typedef uint32_t page_entry_t; /**< an entry of a page directory or of a page table */

/** A page directory or a page table: one page of 1024 entries. */
struct page_table {
    page_entry_t entry[1024];
};
_Static_assert(sizeof(struct page_table) == PAGE_SIZE, "a table fills a page");
_Static_assert(KERNEL_BASE >> 22 == KERNEL_DIRECTORY_INDEX, "the directory entry of KERNEL_BASE");

/** The hypervisor's own directory, made in boot.S; its upper quarter is in every address space. */
extern struct page_table kernel_page_directory;

/** @return the address at which the hypervisor sees physical memory. @param p below 1008 MiB. */
static inline void *paging_virtual(paddr_t p)
{
    return (void *)(p + KERNEL_BASE);
}

/** @return the physical address behind a pointer into the hypervisor's linear map. */
static inline paddr_t paging_physical(const void *pointer)
{
    return (vaddr_t)pointer - KERNEL_BASE;
}

static inline uint32_t paging_directory_index(vaddr_t address)
{
    return address >> 22;
}

static inline uint32_t paging_table_index(vaddr_t address)
{
    return address >> 12 & 1023;
}

/** Drops one page's translation from the TLB (Intel SDM vol. 2A, INVLPG); global ones as well. */
static inline void paging_invalidate(vaddr_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/**
 * Maps memory of a device for the hypervisor alone, not cached ("UC-", Intel SDM vol. 3A, table
 * 12-7: a memory type range of the firmware's can still let writes be combined). Once, before
 * partitions are made: they get a copy of the directory's upper quarter.
 * @param p      its first byte; with `bytes` it ends at or below 4 GiB
 * @param bytes  how many are wanted
 * @param room   how many of them are mapped, from the first on: the window may end before them
 * @return where the first one is seen
 */
volatile uint8_t *paging_map_device(paddr_t p, uint32_t bytes, uint32_t *room);

/**
 * Drops what only the start needed: the identity map, and the part of the linear map that has no
 * RAM behind it. From here on a null pointer in the hypervisor faults.
 * @param ram_end  first physical address behind the last byte of RAM
 */
void paging_trim(paddr_t ram_end);

#endif
#endif
