/**
 * @file
 * virt: what a partition may do to its own address spaces: map, unmap and protect pages of its own
 * areas. It never names a frame and never sees a page table.
 */
#ifndef VIRT_MEMORY_MEMORY_H
#define VIRT_MEMORY_MEMORY_H

#include "virt/partition.h"

/**
 * Maps pages of an area, over whatever was there. All of them or none.
 * @param m  the hypervisor's own copy; with rights, BH_READ among them
 * @return BH_OK, BH_EINVAL, BH_ESIZE, BH_EPERM or BH_ENOMEM
 */
int32_t memory_map(struct partition *p, const struct bh_mapping *m);

/** Unmaps pages, mapped or not. Of `m`, area and offset are not used. @return BH_OK, BH_EINVAL or
 * BH_ESIZE */
int32_t memory_unmap(struct partition *p, const struct bh_mapping *m);

/**
 * Changes the rights to mapped pages; rights as for memory_map(), area and offset are not used. All
 * of them or none.
 * @return BH_OK, BH_EINVAL (also when a page is not mapped), BH_ESIZE or BH_EPERM
 */
int32_t memory_protect(struct partition *p, const struct bh_mapping *m);

/**
 * Does several: maps, and unmaps where there are no rights. None when one of them is wrong.
 * @param m      the hypervisor's own copy
 * @param count  1 to BH_MAPPINGS_MAX
 * @return how many were done: fewer than count, when it took long or the page tables did not
 *         reach; or BH_EINVAL, BH_ESIZE, BH_EPERM; or BH_ENOMEM, when not even the first could be
 *         done
 */
int32_t memory_batch(struct partition *p, const struct bh_mapping *m, uint32_t count);

#endif
