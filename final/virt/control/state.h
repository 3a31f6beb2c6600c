/**
 * @file
 * virt: control of partitions and of the system (ARINC 653 part 1, 2.3.1.4 and 3.3.2): what may
 * happen in which state. Who may ask for it is decided in virt/call/control_calls.c.
 *
 *     from \ asked   suspend   resume   reset   halt      mode (its own)
 *     ready          suspended -        starts  ended     normal: -; idle: idle; start: starts
 *     starting       suspended -        starts  ended     (does not run)
 *     suspended      -         as was   starts  ended     (does not run)
 *     finished, stopped, idle: BH_ESTATE twice, starts, -
 *
 * "-" is BH_OK, and nothing changes: it is so already.
 */
#ifndef VIRT_CONTROL_STATE_H
#define VIRT_CONTROL_STATE_H

#include "virt/partition.h"

/** Suspends a partition, whatever it does; its timers go on. @return BH_OK or BH_ESTATE */
int32_t control_suspend(struct partition *p);

/** Ends that: the partition is what it was. @return BH_OK or BH_ESTATE */
int32_t control_resume(struct partition *p);

/** The partition ends, if it has not. @param result  negative: something went wrong */
void control_halt(struct partition *p, enum partition_state state, int32_t result);

/** All partitions start again, all channels are empty, and the plan is at its beginning. */
void control_reset_system(void);

/** @return how often that happened. */
uint32_t control_system_resets(void);

#endif
