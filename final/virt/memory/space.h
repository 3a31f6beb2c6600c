/**
 * @file
 * virt: a partition's address spaces. It starts in the first, may change to another, and runs its
 * virtual user mode in any; all take their page tables from the partition's one pool.
 */
#ifndef VIRT_MEMORY_SPACE_H
#define VIRT_MEMORY_SPACE_H

#include "virt/partition.h"

/** @return how many a partition has: the first, and those of its description. */
static inline uint32_t space_count(const struct partition *p)
{
    return 1 + p->config->spaces;
}

/** @return the bits of an area's page table entries that its description fixes: its index, and how
 * the processor may cache it. */
page_entry_t space_area_flags(const struct partition *p, uint32_t area);

/** Makes all of a partition's address spaces, empty, and its pool. */
void space_init(struct partition *p);

/** For a start: empties one of them; the first becomes the current one. */
void space_reset(struct partition *p, uint32_t number);

/** Puts the control page into the first, for writing. @return false without a page table left */
bool space_map_control(struct partition *p);

/** @return which is the vCPU's current one */
static inline uint32_t space_current(const struct vcpu *v)
{
    return (uint32_t)(v->space - v->partition->spaces);
}

/** Makes one the vCPU's current one, at once. @param number  below space_count() */
void space_use(struct vcpu *v, uint32_t number);

/** BH_SPACE_SWITCH. @return BH_OK or BH_EINVAL */
int32_t space_switch(struct vcpu *v, uint32_t number);

/** BH_SPACE_CLEAR. @return BH_OK, or BH_EINVAL: no such space, or the current one */
int32_t space_clear(struct vcpu *v, uint32_t number);

#endif
