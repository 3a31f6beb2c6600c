/**
 * @file
 * virt: starts and ends of partitions (ARINC 653 part 1, 2.3.1.4).
 */
#ifndef VIRT_LIFE_START_H
#define VIRT_LIFE_START_H

#include "virt/partition.h"

/** Finds out how long a step of a start may take. Call after clock_init(). */
void partition_start_init(void);

/**
 * Begins a start, whatever the partition is or was doing; partition_continue_start() does the work,
 * so that a partition's start takes its own time and nobody else's. Its timers and lines are off
 * from now on. A warm start that overtakes a cold one which has not got through is a cold one too:
 * half of the memory would be another life's.
 */
void partition_begin_start(struct partition *p, enum bh_reset how, enum bh_start_reason reason);

/**
 * Goes on with a start: scrubs and loads page after page. When all are done the partition is ready,
 * with its registers as lib/start.S wants them.
 * @param deadline  a value of the TSC; nothing is begun that may not be done by then
 */
void partition_continue_start(struct partition *p, uint64_t deadline);

/**
 * The partition does not run any more, until it is started again: its timers and lines are off.
 * @param state  PARTITION_FINISHED, PARTITION_STOPPED or PARTITION_IDLE
 */
void partition_end(struct partition *p, enum partition_state state);

#endif
