/**
 * @file
 * virt: address spaces. A partition never sees a page table: the hypervisor owns them, takes them
 * from a pool that the partition's description fixes, and changes them on request.
 */
#ifndef VIRT_MEMORY_ADDRSPACE_H
#define VIRT_MEMORY_ADDRSPACE_H

#include "virt/address_space.h"

/** Fills a pool. @param pages  side by side @param count  1 to PAGE_TABLES_MAX */
void page_pool_init(struct page_pool *pool, struct page_table *pages, uint32_t count);

/** Makes an address space that holds the hypervisor and nothing else. @param directory  zeros */
void addrspace_init(struct address_space *space, struct page_table *directory,
                    struct page_pool *pool);

/**
 * Empties the partition's part, and gives its page tables back to the pool. The TLB is told when
 * this is the address space in use; translations of another one went when CR3 was written.
 */
void addrspace_clear(struct address_space *space);

/**
 * Maps pages, side by side, for the partition (U/S = user).
 * @param address  virtual, page-aligned, all below KERNEL_BASE
 * @param flags  PAGE_WRITE or not, PAGE_WRITE_THROUGH, PAGE_CACHE_DISABLE, and PAGE_SOFTWARE bits
 * @return false when the pool has no page table left; addrspace_reserve() makes sure of that
 */
bool addrspace_map(struct address_space *space, vaddr_t address, paddr_t frame, page_entry_t flags,
                   uint32_t pages);

/** @return how many page tables pages still need: 0 to 2. @param pages  1 to 1024 */
uint32_t addrspace_missing(const struct address_space *space, vaddr_t address, uint32_t pages);

/**
 * Makes sure that pages can be mapped: takes the page tables that they need from the pool.
 * @param pages  1 to 1024
 * @return false, and nothing taken, when the pool has not got so many left
 */
bool addrspace_reserve(struct address_space *space, vaddr_t address, uint32_t pages);

/** Takes pages away from the partition, those that are there. */
void addrspace_unmap(struct address_space *space, vaddr_t address, uint32_t pages);

/** Changes whether mapped pages may be written. */
void addrspace_protect(struct address_space *space, vaddr_t address, bool writable, uint32_t pages);

/** @return the page table entry of an address below KERNEL_BASE, or NULL without a page table. */
page_entry_t *addrspace_entry(const struct address_space *space, vaddr_t address);

/** Whether a page's entry is the one behind that of the page before: in the same page table it is.
 * @param entry  of the page before, or NULL */
static inline bool addrspace_same_table(const page_entry_t *entry, vaddr_t address)
{
    return entry && paging_table_index(address) != 0;
}

/** As addrspace_entry(), for page after page. @param entry  the one of the page before, or NULL */
static inline page_entry_t *addrspace_next(const struct address_space *space, page_entry_t *entry,
                                           vaddr_t address)
{
    return addrspace_same_table(entry, address) ? entry + 1 : addrspace_entry(space, address);
}

#endif
