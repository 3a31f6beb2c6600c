/**
 * @file
 * virt: each partition's timer on the hardware clock. When it expires in somebody else's slot, the
 * interrupt waits for the partition's next one.
 */
#ifndef VIRT_VCPU_VTIMER_H
#define VIRT_VCPU_VTIMER_H

#include "virt/partition.h"

/**
 * Sets the timer, or turns it off.
 * @param deadline  ns on the hardware clock, below 2^62; 0: off. One in the past expires at once,
 *                  and once.
 * @param period    ns from one expiry to the next; 0: one shot; else at least BH_PERIOD_MIN
 * @return BH_OK or BH_EINVAL
 */
int32_t vtimer_set(struct vcpu *v, uint64_t deadline, uint32_t period);

/**
 * Raises the timer's virtual interrupt if its time has come. Periods that went by while the
 * partition was away count as one.
 */
void vtimer_check(struct vcpu *v);

#endif
