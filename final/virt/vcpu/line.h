/**
 * @file
 * virt: hardware interrupt lines of partitions.
 *
 * A line belongs to one partition, by the description. It can only come in that partition's own
 * slots: when its interrupt came it is masked until the partition says that it has handled it, and
 * while the partition is away, or does not run at all, it is masked as well. So whatever a device
 * does, it takes its owner's time and nobody else's. The 8259 remembers what came meanwhile.
 */
#ifndef VIRT_VCPU_LINE_H
#define VIRT_VCPU_LINE_H

#include "virt/partition.h"

/** The lines that can come now. */
extern uint32_t lines_now_open;

/** Gives the lines of a system to their partitions. Call after partition_init(). */
void line_init(const struct system *system);

/** Masks all lines of partitions but those in `open`, at the interrupt controllers. */
void line_set(uint32_t open);

/** The same, when it is no change most of the time. @param open  bit n: line n may come */
static inline void line_open_only(uint32_t open)
{
    if (open != lines_now_open)
        line_set(open);
}

/**
 * Masks or unmasks a line; all are masked when a partition starts.
 * @return BH_OK; BH_EINVAL: there is no such line; BH_EPERM: it is not this partition's
 */
int32_t line_mask(struct vcpu *v, uint32_t line, bool masked);

/** The interrupt of a line is handled: another may come. @return as line_mask() */
int32_t line_end(struct vcpu *v, uint32_t line);

#endif
