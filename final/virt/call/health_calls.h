/**
 * @file
 * virt: the health monitor's hypercalls: see api/bulkhead.h.
 */
#ifndef VIRT_CALL_HEALTH_CALLS_H
#define VIRT_CALL_HEALTH_CALLS_H

#include "hw/hypercall_entry.h"

hypercall_handler health_raise_call, health_read_call, health_status_call;

#endif
