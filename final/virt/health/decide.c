/* virt: what the health monitor decides. */
#include "virt/health/decide.h"

#include "hw/trap.h"

enum bh_health_event health_event_of_trap(uint32_t vector)
{
    static const uint8_t events[BH_TRAPS] = {
        [TRAP_DIVIDE] = BH_HEALTH_DIVIDE,     [TRAP_DEBUG] = BH_HEALTH_DEBUG,
        [TRAP_BREAKPOINT] = BH_HEALTH_DEBUG,  [TRAP_OVERFLOW] = BH_HEALTH_OVERFLOW,
        [TRAP_BOUND] = BH_HEALTH_OVERFLOW,    [TRAP_INVALID_OPCODE] = BH_HEALTH_ILLEGAL,
        [TRAP_NO_FPU] = BH_HEALTH_FPU,        [TRAP_FPU] = BH_HEALTH_FPU,
        [TRAP_SIMD] = BH_HEALTH_FPU,          [TRAP_STACK] = BH_HEALTH_STACK,
        [TRAP_PAGE_FAULT] = BH_HEALTH_MEMORY, [TRAP_ALIGNMENT] = BH_HEALTH_ALIGNMENT,
    };

    /* #DE is event 0: what is none of the others is a general protection. */
    if (vector == TRAP_DIVIDE || (vector < BH_TRAPS && events[vector]))
        return events[vector];
    return BH_HEALTH_PROTECTION;
}

enum health_action health_usual(enum bh_health_event event)
{
    if (event <= BH_HEALTH_STATE)
        return HEALTH_COLD_RESET;
    if (event == BH_HEALTH_RESET_LOOP)
        return HEALTH_HALT;
    return event < BH_HEALTH_MACHINE_CHECK ? HEALTH_LOG : HEALTH_HALT_SYSTEM;
}

enum health_action health_decide(const struct system *system, const struct system_partition *p,
                                 enum bh_health_event event)
{
    const uint8_t *table = p && health_event_of_partition(event) ? p->actions : system->actions;

    return table[event] == HEALTH_USUAL ? health_usual(event) : table[event];
}

enum health_reset health_decide_reset(uint32_t resets, uint32_t restarts)
{
    if (resets < restarts)
        return HEALTH_RESET_IT;
    return restarts ? HEALTH_RESET_LOOP : HEALTH_RESET_NOT;
}

uint32_t health_decide_plan(const struct system *system, const struct system_partition *p,
                            enum bh_health_event event)
{
    return p && health_event_of_partition(event) ? p->health_plan : system->health_plan;
}

bool health_plan_stops(enum bh_health_event event)
{
    return health_event_of_partition(event) || event == BH_HEALTH_RESET_LOOP;
}
