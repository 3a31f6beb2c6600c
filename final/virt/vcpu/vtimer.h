/**
 * @file
 * virt: each partition's two timers: one on the hardware clock, which always runs, and one on its
 * execution clock, which runs while the partition does. When one expires in somebody else's slot,
 * the interrupt waits for the partition's next one.
 */
#ifndef VIRT_VCPU_VTIMER_H
#define VIRT_VCPU_VTIMER_H

#include "virt/partition.h"

/** Which clock a timer is on. */
enum vtimer_clock {
    VTIMER_HARDWARE,
    VTIMER_EXECUTION,
};

/** Both timers off, and the execution clock at 0: a start of the partition. */
void vtimer_reset(struct vcpu *v);

/** Both timers off: the partition does not run any more. */
void vtimer_stop(struct vcpu *v);

/**
 * Sets a timer of the current partition, or turns it off.
 * @param deadline  ns on its clock, below 2^62; 0: off. One in the past expires at once, and once.
 * @param period    ns from one expiry to the next; 0: one shot; else at least BH_PERIOD_MIN
 * @return BH_OK or BH_EINVAL
 */
int32_t vtimer_set(struct vcpu *v, enum vtimer_clock clock, uint64_t deadline, uint32_t period);

/**
 * Raises the virtual interrupts of those timers whose time has come. Periods that went by while the
 * partition was away count as one.
 * @param now  the TSC
 */
void vtimer_expire(struct vcpu *v, uint64_t now);

/** @return the execution clock of the partition that runs now, in ns. */
uint64_t vtimer_execution_clock(const struct vcpu *v);

/** For a partition with a timer on its execution clock that begins to run: when its next event
 * is. */
void vtimer_find_event(struct vcpu *v);

#endif
