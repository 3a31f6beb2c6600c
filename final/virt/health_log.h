/**
 * @file
 * virt: the health monitor's log: a ring of records for each partition and one for the machine, so
 * that nobody who floods the log pushes out what is known of others. The console prints each record
 * when nobody needs the processor; system partitions take records out by hypercall. A new record
 * replaces the oldest of its partition, and for each of the two that had not seen that one yet, the
 * loss is counted, and told.
 */
#ifndef VIRT_HEALTH_LOG_H
#define VIRT_HEALTH_LOG_H

#include "hw/hypercall_entry.h"
#include "virt/health.h"

/** How long printing may take: call before anything is printed. */
void health_log_init(void);

/** Writes an event down, with the time and a number, which are filled in. */
void health_log_insert(struct bh_health_record *record);

/** The hypercalls: see api/bulkhead.h. */
hypercall_handler health_read_call, health_status_call;

#endif
