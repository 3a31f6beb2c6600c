/**
 * @file
 * virt: hardware interrupt lines of partitions.
 *
 * A line belongs to one partition, by the description. It can only come in that partition's own
 * slots: when its interrupt came it is masked until the partition says that it has handled it, and
 * while the partition is away, or does not run at all, it is masked as well. So whatever a device
 * does, it takes its owner's time and nobody else's. The 8259 remembers what came meanwhile.
 */
#ifndef VIRT_LINE_H
#define VIRT_LINE_H

#include "virt/partition.h"

/** The lines that can come now; see line_select(). */
extern uint32_t lines_now_open;

/** Gives the lines of a system to their partitions. Call after partition_init(). */
void line_init(const struct system *system);

/** Masks all lines but these. @param open  bit n: line n may come */
void line_open_only(uint32_t open);

/** The lines that may come from now on: those of the partition whose time it is, if it can run at
 * all. @param v  the partition's; or NULL */
static inline void line_select(const struct vcpu *v)
{
    uint32_t open = v && v->partition->state == PARTITION_READY ? v->lines_open : 0;

    if (open != lines_now_open)
        line_open_only(open);
}

/**
 * Masks or unmasks a line; all are masked when a partition starts.
 * @return BH_OK; BH_EINVAL: there is no such line; BH_EPERM: it is not this partition's
 */
int32_t line_mask(struct vcpu *v, uint32_t line, bool masked);

/** The interrupt of a line is handled: another may come. @return as line_mask() */
int32_t line_end(struct vcpu *v, uint32_t line);

#endif
