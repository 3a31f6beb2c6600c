/**
 * @file
 * virt: the health monitor (ARINC 653 part 1, 2.4). Whatever goes wrong comes here as an event; the
 * description's tables say what is done about it. Each event is written down at once, which costs
 * the same whatever it is, and printed when nobody needs the processor, so that a partition that
 * faults near its slot's end does not take time from the next one.
 *
 * What "usual" means in the tables:
 *
 *     a partition's faults   cold reset; halt when its restarts are used up
 *     application, deadline  log
 *     finished               log
 *     reset loop             halt
 *     slot late, spurious, NMI   log
 *     machine check, hypervisor  halt the system
 */
#ifndef VIRT_HEALTH_H
#define VIRT_HEALTH_H

#include "core/system.h"
#include "hw/hypercall_entry.h"
#include "virt/partition.h"

enum {
    HEALTH_EVENTS =
        64, /**< of a partition, that can wait to be printed or read; older ones are lost */
    /** Resets of the system by the health monitor, and of the machine: one more is a loop, and ends
     * the run. */
    HEALTH_SYSTEM_RESETS = 8,
};

/** Gets the log and the tables ready. Call before partitions run. */
void health_init(const struct system *system);

/** @return the event that an exception of a partition is: enum bh_health_event */
enum bh_health_event health_event_of_trap(uint32_t vector);

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

/** BH_HEALTH_RAISE: see api/bulkhead.h. */
hypercall_handler health_raise_call;

/**
 * Prints the oldest event that waits, if there is time for it before the timer's next event.
 * @return whether there was one
 */
bool health_pump(void);

/** Prints all that waits, at the end of a run. */
void health_drain(void);

#endif
