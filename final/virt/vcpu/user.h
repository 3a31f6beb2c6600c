/**
 * @file
 * virt: virtual user mode. A partition's operating system runs its programs in an address space of
 * their own; whatever they do that is not an ordinary instruction comes back to it as a trap. For
 * the processor both run at CPL 3: what holds the two apart is which pages are mapped.
 */
#ifndef VIRT_VCPU_USER_H
#define VIRT_VCPU_USER_H

#include "hw/hypercall_entry.h"
#include "virt/partition.h"

/** No user mode, no handler, and all hypercalls: the state at a partition's start. */
void user_reset(struct vcpu *v);

/** BH_USER_TRAPS. @return BH_OK or BH_EINVAL */
int32_t user_set_traps(struct vcpu *v, vaddr_t handler, vaddr_t stack);

/** BH_USER_VECTOR. @return BH_OK or BH_EINVAL */
int32_t user_set_vector(struct vcpu *v, uint32_t vector, bool allowed);

/** BH_USER_ENTER. @return BH_EFAULT or BH_EINVAL; else the user's EAX */
int32_t user_enter(struct vcpu *v, const struct trap_frame *f);

/**
 * Hands an exception of virtual user mode, in the frame, to the partition.
 * @param address  CR2 at a page fault, else 0
 * @return false when its stack cannot be written to; nothing has changed then
 */
bool user_exception(struct vcpu *v, uint32_t address);

/** Hands a virtual interrupt that came in virtual user mode to the partition; as above. */
bool user_virq(struct vcpu *v, uint32_t vector);

/** Hands a hypercall out of virtual user mode to the partition; as above. */
bool user_hypercall(struct vcpu *v);

#endif
