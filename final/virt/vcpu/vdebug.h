/**
 * @file
 * virt: a partition's debug registers (Intel SDM vol. 3B, 17.2). They are loaded while it runs, and
 * only when it uses them: most partitions never do, and the switch between those stays short.
 */
#ifndef VIRT_VCPU_VDEBUG_H
#define VIRT_VCPU_VDEBUG_H

#include "virt/cpu.h"

/** Clears all of them: a partition's state before it set any. */
void vdebug_reset(struct vcpu *v);

/** Loads a vCPU's, or turns all breakpoints off when it uses none. */
void vdebug_load(struct cpu *cpu, const struct vcpu *v);

/** A #DB came out of the partition: takes over why, and gets DR6 ready for the next one. */
void vdebug_trapped(struct vcpu *v);

/**
 * BH_DEBUG_SET. Refused are addresses of the hypervisor, and in DR7: general detect, watching I/O,
 * lengths of 8 bytes, and lengths other than one byte for execution.
 * @param number  0 to 3, 6 or 7
 * @return BH_OK, BH_EINVAL; BH_EPERM: what would reach beyond the partition
 */
int32_t vdebug_set(struct vcpu *v, uint32_t number, uint32_t value);

/** BH_DEBUG_GET. @return BH_OK or BH_EINVAL */
int32_t vdebug_get(const struct vcpu *v, uint32_t number, uint32_t *value);

#endif
