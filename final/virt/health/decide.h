/**
 * @file
 * virt: what the health monitor decides (ARINC 653 part 1, 2.4). An event and a table give an
 * action; nothing here has an effect.
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
#ifndef VIRT_HEALTH_DECIDE_H
#define VIRT_HEALTH_DECIDE_H

#include "core/health_table.h"

/** @return the event that an exception of a partition is: enum bh_health_event */
enum bh_health_event health_event_of_trap(uint32_t vector);

/** @return what is done about an event when its table says HEALTH_USUAL. */
enum health_action health_usual(enum bh_health_event event);

/**
 * @param p  whose event it is, or whom it names; NULL: nobody
 * @return what is to be done: by the partition's table if the event is a partition's, else by the
 *         system's
 */
enum health_action health_decide(const struct system *system, const struct system_partition *p,
                                 enum bh_health_event event);

/** What becomes of a partition that is to be reset. */
enum health_reset {
    HEALTH_RESET_IT,   /**< it starts again */
    HEALTH_RESET_LOOP, /**< it has had all its restarts: that is an event of its own */
    HEALTH_RESET_NOT,  /**< it has none by the description: it stops */
};

/** @param resets  by the health monitor so far @param restarts  that the description allows */
enum health_reset health_decide_reset(uint32_t resets, uint32_t restarts);

/** @return the plan of HEALTH_SWITCH_PLAN, by the table that health_decide() looks at. */
uint32_t health_decide_plan(const struct system *system, const struct system_partition *p,
                            enum bh_health_event event);

/** @return whether HEALTH_SWITCH_PLAN also stops the partition that the event names. */
bool health_plan_stops(enum bh_health_event event);

#endif
