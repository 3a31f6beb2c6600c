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

#include "api/bulkhead.h"
#include "klib/types.h"

enum {
    HEALTH_EVENTS =
        64, /**< of a partition, that can wait to be printed or read; older ones are lost */
};

/** How long printing may take: call before anything is printed. */
void health_log_init(void);

/** Writes an event down, with the time and a number, which are filled in. */
void health_log_insert(struct bh_health_record *record);

/**
 * Prints the oldest event that waits, if there is time for it before the timer's next event.
 * @return whether there was one
 */
bool health_pump(void);

/** Prints all that waits, at the end of a run. */
void health_drain(void);

/** @return the oldest record that no system partition has read; NULL: there is none. */
const struct bh_health_record *health_log_oldest(void);

/** Takes a record out for system partitions. @param record  of health_log_oldest() */
void health_log_take(const struct bh_health_record *record);

/** @return how many records wait for system partitions, are lost to them, and were written. */
struct bh_health_status health_log_status(void);

#endif
