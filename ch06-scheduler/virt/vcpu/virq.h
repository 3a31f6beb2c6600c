/**
 * @file
 * virt: virtual interrupts. A partition has 32, a flag that lets them come, a mask, one handler;
 * flag, pending bits and mask are words of its control page.
 */
#ifndef VIRT_VCPU_VIRQ_H
#define VIRT_VCPU_VIRQ_H

#include "virt/partition.h"

/** Makes a virtual interrupt pending; it is delivered when the partition may and can take it. */
void virq_raise(struct vcpu *v, uint32_t number);

/** @return whether one is pending and not masked: reason enough to wake a partition that waits. */
bool virq_waiting(const struct vcpu *v);

/**
 * Enters the partition's handler for the lowest-numbered one that may come. The partition is the
 * current one. When its stack cannot be written to, that is its fault.
 */
void virq_deliver(struct vcpu *v);

/** Sets the handler. @param handler  an address, or 0: none @return BH_OK or BH_EINVAL */
int32_t virq_set_handler(struct vcpu *v, vaddr_t handler);

#endif
