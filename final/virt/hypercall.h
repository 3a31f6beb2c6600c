/**
 * @file
 * virt: hypercalls, the partitions' one way to ask for something (api/bulkhead.h).
 */
#ifndef VIRT_HYPERCALL_H
#define VIRT_HYPERCALL_H

#include "virt/partition.h"

/** Opens the hypercall vector to partitions (DPL 3). Call after idt_init(). */
void hypercall_init(void);

/**
 * Call when a partition's virtual mode has changed, or what the trace records of it: its next
 * hypercall goes straight to its handler, or to hypercall_other().
 */
void hypercall_choose_way(struct vcpu *v);

#endif
