/**
 * @file
 * virt: the health log: what happened to partitions, written down at once and printed when nobody
 * needs the processor. Writing an event down costs the same whatever it is, so that a partition
 * that faults near its slot's end does not take time from the next one.
 */
#ifndef VIRT_HEALTH_H
#define VIRT_HEALTH_H

#include "virt/partition.h"

enum {
    HEALTH_EVENTS = 64, /**< that can wait to be printed; later ones are counted, and lost */
};

enum health_kind {
    HEALTH_FAULT,    /**< stopped by a trap that is nobody's but its own */
    HEALTH_FINISHED, /**< said that it is done */
};

struct health_event {
    enum health_kind kind;
    struct partition *partition;
    uint64_t ns;             /**< when, on the hardware clock */
    int32_t result;          /**< HEALTH_FINISHED */
    uint32_t address;        /**< HEALTH_FAULT: CR2 at a page fault */
    struct trap_frame frame; /**< HEALTH_FAULT: the partition's registers */
};

/** Gets the log ready. */
void health_init(void);

/** Writes down that a partition's trap ended it. @param address  CR2 as it was at a page fault */
void health_fault(struct partition *p, uint32_t address);

/** Writes down that a partition ended itself. */
void health_finished(struct partition *p, int32_t result);

/**
 * Prints the oldest event that waits, if there is time for it before the timer's next event.
 * @return whether there was one
 */
bool health_pump(void);

/** Prints all that waits, at the end of a run. */
void health_drain(void);

#endif
