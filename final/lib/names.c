/* lib: what a monitor prints instead of numbers. The words are those of system descriptions. */
#include "lib/control.h"

static const char *word(const char *const *names, uint32_t count, uint32_t number)
{
    return number < count && names[number] ? names[number] : "?";
}

#define WORD(names, number) word(names, sizeof(names) / sizeof *(names), number)

const char *bh_state_name(uint32_t state)
{
    static const char *const names[] = {
        [BH_STATE_READY] = "ready",         [BH_STATE_STARTING] = "starting",
        [BH_STATE_FINISHED] = "finished",   [BH_STATE_STOPPED] = "stopped",
        [BH_STATE_SUSPENDED] = "suspended", [BH_STATE_IDLE] = "idle",
    };

    return WORD(names, state);
}

const char *bh_mode_name(uint32_t mode)
{
    static const char *const names[] = {
        [BH_MODE_IDLE] = "idle",
        [BH_MODE_COLD_START] = "cold start",
        [BH_MODE_WARM_START] = "warm start",
        [BH_MODE_NORMAL] = "normal",
    };

    return WORD(names, mode);
}

const char *bh_reason_name(uint32_t reason)
{
    static const char *const names[] = {
        [BH_START_POWER_ON] = "power on", [BH_START_SELF] = "itself",
        [BH_START_HEALTH] = "health",     [BH_START_CONTROL] = "control",
        [BH_START_SYSTEM] = "system",
    };

    return WORD(names, reason);
}

const char *bh_event_name(uint32_t event)
{
    static const char *const names[] = {
        [BH_HEALTH_DIVIDE] = "divide",
        [BH_HEALTH_DEBUG] = "debug",
        [BH_HEALTH_OVERFLOW] = "overflow",
        [BH_HEALTH_ILLEGAL] = "illegal",
        [BH_HEALTH_FPU] = "fpu",
        [BH_HEALTH_PROTECTION] = "protection",
        [BH_HEALTH_STACK] = "stack",
        [BH_HEALTH_MEMORY] = "memory",
        [BH_HEALTH_ALIGNMENT] = "alignment",
        [BH_HEALTH_DOUBLE] = "double",
        [BH_HEALTH_STATE] = "state",
        [BH_HEALTH_APPLICATION] = "application",
        [BH_HEALTH_DEADLINE] = "deadline",
        [BH_HEALTH_FINISHED] = "finished",
        [BH_HEALTH_RESET_LOOP] = "reset-loop",
        [BH_HEALTH_SLOT_LATE] = "slot-late",
        [BH_HEALTH_SPURIOUS] = "spurious",
        [BH_HEALTH_NMI] = "nmi",
        [BH_HEALTH_MACHINE_CHECK] = "machine-check",
        [BH_HEALTH_HYPERVISOR] = "hypervisor",
    };

    return WORD(names, event);
}

const char *bh_action_name(uint32_t action)
{
    static const char *const names[] = {
        [BH_ACTION_USUAL] = "usual",
        [BH_ACTION_IGNORE] = "ignore",
        [BH_ACTION_LOG] = "log",
        [BH_ACTION_PROPAGATE] = "propagate",
        [BH_ACTION_SUSPEND] = "suspend",
        [BH_ACTION_HALT] = "halt",
        [BH_ACTION_WARM_RESET] = "warm-reset",
        [BH_ACTION_COLD_RESET] = "cold-reset",
        [BH_ACTION_SWITCH_PLAN] = "switch-plan",
        [BH_ACTION_RESET_SYSTEM] = "reset-system",
        [BH_ACTION_HALT_SYSTEM] = "halt-system",
    };

    return WORD(names, action);
}
