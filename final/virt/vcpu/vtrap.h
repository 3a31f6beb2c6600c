/**
 * @file
 * virt: virtual traps: a partition handles its own exceptions, as on the bare machine.
 */
#ifndef VIRT_VCPU_VTRAP_H
#define VIRT_VCPU_VTRAP_H

#include "virt/partition.h"

/** @return the vCPU's EFLAGS as the partition knows them: IF is its virtual interrupt flag. */
uint32_t vtrap_virtual_eflags(const struct vcpu *v);

/** @return EFLAGS that a partition wants, as far as it may have them: IF set, IOPL 0, VM and NT
 * clear. */
uint32_t vtrap_real_eflags(uint32_t wanted);

/**
 * Sets where an exception of the partition goes.
 * @param vector   0 to 31, but not NMI, #DF or #MC, which are not the partition's
 * @param handler  an address of the partition, or 0: to the hypervisor again
 * @return BH_OK or BH_EINVAL
 */
int32_t vtrap_set_handler(struct vcpu *v, uint32_t vector, vaddr_t handler);

/**
 * Enters the partition's handler for the trap in its frame.
 * @param address  CR2 at a page fault, else 0
 * @return false when there is no handler, or no stack to push to; nothing has changed then
 */
bool vtrap_deliver(struct vcpu *v, uint32_t address);

/**
 * Enters any of the partition's handlers: pushes a struct bh_trap_return onto the partition's stack
 * and sets EIP. Of the registers nothing else changes but TF, DF and AC, which are cleared.
 * @return false when the stack cannot be written to; nothing has changed then
 */
bool vtrap_enter(struct vcpu *v, uint32_t vector, uint32_t error, uint32_t address,
                 vaddr_t handler);

/**
 * Resumes what a trap interrupted, from the struct bh_trap_return at the partition's ESP, behind a
 * word that becomes EAX. EFLAGS bits that are not the partition's to choose are kept as they must
 * be.
 * @return EAX for the interrupted code, or BH_EFAULT
 */
int32_t vtrap_return(struct vcpu *v);

#endif
