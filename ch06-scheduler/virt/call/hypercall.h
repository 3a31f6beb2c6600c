/**
 * @file
 * virt: hypercalls, the partitions' one way to ask for something (api/bulkhead.h).
 */
#ifndef VIRT_CALL_HYPERCALL_H
#define VIRT_CALL_HYPERCALL_H

#include "virt/partition.h"

/** Opens the hypercall vector to partitions (DPL 3). Call after idt_init(). */
void hypercall_init(void);

/**
 * Carries out the hypercall in a vCPU's frame and puts its result into the frame's EAX.
 */
void hypercall_dispatch(struct vcpu *v);

#endif
