/**
 * @file
 * virt: the hypercalls that control partitions and the system: see api/bulkhead.h. A partition may
 * do to itself what it likes; only a system partition may do anything to another one, and everybody
 * else gets BH_EPERM, whatever the other is.
 */
#ifndef VIRT_CALL_CONTROL_CALLS_H
#define VIRT_CALL_CONTROL_CALLS_H

#include "hw/hypercall_entry.h"

hypercall_handler control_status_call, control_mode_call, control_reset_call, control_suspend_call,
    control_resume_call, control_halt_call, control_system_status_call, control_system_reset_call,
    control_system_halt_call, control_own_halt_call;

#endif
