/**
 * @file
 * virt: control of partitions and of the system (ARINC 653 part 1, 2.3.1.4 and 3.3.2): who may ask
 * for what, and in which state. A partition may do to itself what it likes; only a system partition
 * may do anything to another one, and everybody else gets BH_EPERM, whatever the other is.
 *
 *     from \ asked   suspend   resume   reset   halt      mode (its own)
 *     ready          suspended -        starts  ended     normal: -; idle: idle; start: starts
 *     starting       suspended -        starts  ended     (does not run)
 *     suspended      -         as was   starts  ended     (does not run)
 *     finished, stopped, idle: BH_ESTATE twice, starts, -
 *
 * "-" is BH_OK, and nothing changes: it is so already.
 */
#ifndef VIRT_CONTROL_H
#define VIRT_CONTROL_H

#include "hw/hypercall_entry.h"
#include "virt/partition.h"

/** Suspends a partition, whatever it does; its timers go on. @return BH_OK or BH_ESTATE */
int32_t control_suspend(struct partition *p);

/** The partition ends, if it has not. @param result  negative: something went wrong */
void control_halt(struct partition *p, enum partition_state state, int32_t result);

/** All partitions start again, all channels are empty, and the plan is at its beginning. */
void control_reset_system(void);

/** The hypercalls: see api/bulkhead.h. */
hypercall_handler control_status_call, control_mode_call, control_reset_call, control_suspend_call,
    control_resume_call, control_halt_call, control_system_status_call, control_system_reset_call,
    control_system_halt_call, control_own_halt_call;

#endif
