/**
 * @file
 * virt: the trace's hypercalls: see api/bulkhead.h.
 */
#ifndef VIRT_CALL_TRACE_CALLS_H
#define VIRT_CALL_TRACE_CALLS_H

#include "hw/hypercall_entry.h"
#include "virt/output/trace.h"

hypercall_handler trace_emit_call, trace_read_call, trace_status_call, trace_mask_call;

#endif
