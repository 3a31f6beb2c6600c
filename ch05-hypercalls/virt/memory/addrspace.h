/**
 * @file
 * virt: address spaces. A partition never sees a page table: the hypervisor owns them, takes them
 * from a pool that the partition's description fixes, and changes them on request.
 */
#ifndef VIRT_MEMORY_ADDRSPACE_H
#define VIRT_MEMORY_ADDRSPACE_H

#include "hw/paging.h"

/** One address space: a directory, and the pool that its page tables come from. */
struct address_space {
    struct page_table *directory;
    struct page_table *pool;
    uint32_t pool_size, pool_used; /**< pages */
};

/**
 * Makes an address space that holds the hypervisor and nothing else.
 * @param pool_size  page tables that it may ever need; each maps 4 MiB
 */
void addrspace_init(struct address_space *space, uint32_t pool_size);

/** Empties the partition's part, and takes its page tables back into the pool. */
void addrspace_clear(struct address_space *space);

/**
 * Maps a page for the partition (U/S = user).
 * @param address  virtual, page-aligned, below KERNEL_BASE
 * @param flags  PAGE_WRITE or not, and PAGE_SOFTWARE bits
 * @return false when the pool has no page table left
 */
bool addrspace_map(struct address_space *space, vaddr_t address, paddr_t frame, page_entry_t flags);

/**
 * Makes sure that pages can be mapped: takes the page tables that they need from the pool.
 * @param pages  1 to 1024
 * @return false, and nothing taken, when the pool has not got so many left
 */
bool addrspace_reserve(struct address_space *space, vaddr_t address, uint32_t pages);

/** Takes a page away from the partition, if it is there. */
void addrspace_unmap(struct address_space *space, vaddr_t address);

/** Changes whether a mapped page may be written. */
void addrspace_protect(struct address_space *space, vaddr_t address, bool writable);

/** @return the page table entry of an address below KERNEL_BASE, or NULL without a page table. */
page_entry_t *addrspace_entry(const struct address_space *space, vaddr_t address);

#endif
