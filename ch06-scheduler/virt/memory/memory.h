/**
 * @file
 * virt: what a partition may do to its own address space: map, unmap and protect pages of its own
 * areas. It never names a frame and never sees a page table.
 */
#ifndef VIRT_MEMORY_MEMORY_H
#define VIRT_MEMORY_MEMORY_H

#include "virt/partition.h"

/**
 * Maps pages of an area, over whatever was there. All of them or none.
 * @param address, offset  page-aligned
 * @param pages            1 to BH_PAGES_MAX
 * @param rights           enum bh_rights, no more than the area's; BH_READ is part of it
 * @return BH_OK, BH_EINVAL, BH_ESIZE, BH_EPERM or BH_ENOMEM
 */
int32_t memory_map(struct partition *p, vaddr_t address, uint32_t area, uint32_t offset,
                   uint32_t pages, uint32_t rights);

/** Unmaps pages, mapped or not. @return BH_OK, BH_EINVAL or BH_ESIZE */
int32_t memory_unmap(struct partition *p, vaddr_t address, uint32_t pages);

/**
 * Changes the rights to mapped pages; rights as for memory_map(). All of them or none.
 * @return BH_OK, BH_EINVAL (also when a page is not mapped), BH_ESIZE or BH_EPERM
 */
int32_t memory_protect(struct partition *p, vaddr_t address, uint32_t pages, uint32_t rights);

#endif
