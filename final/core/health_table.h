/**
 * @file
 * core: which action makes sense for which of the health monitor's events (ARINC 653 part 1, 2.4).
 * The hypervisor's check of a description and bhc's are this one.
 */
#ifndef CORE_HEALTH_TABLE_H
#define CORE_HEALTH_TABLE_H

#include "api/bulkhead.h"
#include "core/system.h"

/** Sets of actions, bit n for enum health_action n. */
enum {
    ACTIONS_GO_ON = 1u << HEALTH_IGNORE | 1u << HEALTH_LOG,
    ACTIONS_OF_SYSTEM = 1u << HEALTH_RESET_SYSTEM | 1u << HEALTH_HALT_SYSTEM,
    ACTIONS_END = ACTIONS_OF_SYSTEM | 1u << HEALTH_HALT | 1u << HEALTH_WARM_RESET |
                  1u << HEALTH_COLD_RESET | 1u << HEALTH_SWITCH_PLAN,
    ACTIONS_STOP = ACTIONS_END | 1u << HEALTH_SUSPEND,
    ACTIONS_FAULT = ACTIONS_STOP | 1u << HEALTH_PROPAGATE,
};

/**
 * Is an event in the partitions' tables? If not, its action is in the system's table.
 * @param event  enum bh_health_event
 */
static inline bool health_event_of_partition(uint32_t event)
{
    return event <= BH_HEALTH_FINISHED;
}

/** @return the set of actions that an event may have beside HEALTH_USUAL. */
static inline uint32_t health_actions_of(uint32_t event)
{
    switch (event) {
    case BH_HEALTH_DEBUG: /* a trap, not a fault: the partition stands behind the instruction */
        return ACTIONS_FAULT | ACTIONS_GO_ON;
    case BH_HEALTH_STACK: /* nobody can be told who has no stack, or no state to return to */
    case BH_HEALTH_DOUBLE:
    case BH_HEALTH_STATE:
        return ACTIONS_STOP;
    case BH_HEALTH_APPLICATION:
    case BH_HEALTH_DEADLINE:
        return ACTIONS_FAULT | ACTIONS_GO_ON;
    case BH_HEALTH_FINISHED: /* it is not there any more, and so cannot be told or suspended */
        return ACTIONS_END | ACTIONS_GO_ON;
    case BH_HEALTH_RESET_LOOP: /* whatever is done, no further reset of the partition */
        return ACTIONS_STOP & ~(1u << HEALTH_WARM_RESET | 1u << HEALTH_COLD_RESET);
    case BH_HEALTH_SLOT_LATE: /* the partition that it names is the victim */
        return ACTIONS_GO_ON | 1u << HEALTH_PROPAGATE | 1u << HEALTH_SWITCH_PLAN |
               ACTIONS_OF_SYSTEM;
    case BH_HEALTH_SPURIOUS:
    case BH_HEALTH_NMI:
        return ACTIONS_GO_ON | 1u << HEALTH_SWITCH_PLAN | ACTIONS_OF_SYSTEM;
    case BH_HEALTH_MACHINE_CHECK: /* the hypervisor cannot go on */
    case BH_HEALTH_HYPERVISOR:
        return ACTIONS_OF_SYSTEM;
    default: /* a fault: an instruction that would fault again if it were resumed */
        return event < BH_HEALTH_EVENT_COUNT ? ACTIONS_FAULT : 0;
    }
}

/**
 * Does an action make sense for an event? HEALTH_USUAL always does.
 * @param event   enum bh_health_event, or a number that is none: then only HEALTH_USUAL does
 * @param action  enum health_action, or a number that is none: that makes no sense
 */
static inline bool health_action_allowed(uint32_t event, uint32_t action)
{
    return action == HEALTH_USUAL ||
           (action < HEALTH_ACTIONS && (health_actions_of(event) >> action & 1));
}

_Static_assert((int)BH_HEALTH_EVENT_COUNT <= (int)SYSTEM_HEALTH_EVENTS, "a place for each event");
_Static_assert((int)BH_ACTION_COUNT == (int)HEALTH_ACTIONS &&
                   (int)BH_ACTION_PROPAGATE == (int)HEALTH_PROPAGATE &&
                   (int)BH_ACTION_COLD_RESET == (int)HEALTH_COLD_RESET &&
                   (int)BH_ACTION_HALT_SYSTEM == (int)HEALTH_HALT_SYSTEM,
               "one meaning");

#endif
