/**
 * @file
 * virt: the health monitor (ARINC 653 part 1, 2.4). Whatever goes wrong comes here as an event;
 * virt/health/decide.h says what is done about it, and here it is done. Each event is written down
 * at once, which costs the same whatever it is, and printed when nobody needs the processor, so
 * that a partition that faults near its slot's end does not take time from the next one.
 */
#ifndef VIRT_CONTROL_MONITOR_H
#define VIRT_CONTROL_MONITOR_H

#include "core/system.h"
#include "virt/partition.h"

/** Resets of the system by the health monitor, and of the machine: one more is a loop, and ends the
 * run. */
enum { HEALTH_SYSTEM_RESETS = 8 };

/** Gets the log and the tables ready. Call before partitions run. */
void health_init(const struct system *system);

/**
 * The one thing that happens to a partition that misbehaves: an event is charged to it, with the
 * trap in its frame, and what its table says is done. Another may run next.
 * @param event    of a partition's faults
 * @param address  CR2 as it was at a page fault
 */
void health_fault(struct partition *p, enum bh_health_event event, uint32_t address);

/**
 * A partition's own event, or one of the hypervisor's that names a partition.
 * @param code  what the event comes with
 */
void health_event(struct partition *p, enum bh_health_event event, int32_t code);

/** An event of the hypervisor's that has nothing to do with a partition. */
void health_machine_event(enum bh_health_event event, int32_t code);

/** @return what the system's table says about one of the hypervisor's events. */
enum health_action health_machine_action(enum bh_health_event event);

/** A partition ended itself. An action of its table is taken when it says that it failed. */
void health_finished(struct partition *p, int32_t result);

/** Makes events of what virt/raise.h keeps. */
void health_take_raised(void);

#endif
