/* bhc: words for numbers. */
#include "words.h"

#include "api/bulkhead.h"
#include "core/system.h"

#include <stddef.h>

const char *const cache_words[] = {"write-back", "write-through", "uncached", NULL};
const char *const trigger_words[] = {"edge", "level", NULL};
const char *const channel_words[] = {"sampling", "queuing", NULL};

const char *const trace_words[] = {
    [BH_TRACE_SLOT] = "slots",
    [BH_TRACE_TRAP] = "traps",
    [BH_TRACE_HYPERCALL] = "hypercalls",
    [BH_TRACE_INTERRUPT] = "interrupts",
    [BH_TRACE_VIRQ] = "virtual-interrupts",
    [BH_TRACE_HEALTH] = "health",
    [BH_TRACE_PLAN] = "plan",
    [BH_TRACE_APPLICATION] = "application",
    [BH_TRACE_KINDS] = NULL,
};

const char *const event_words[] = {
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
    [BH_HEALTH_EVENT_COUNT] = NULL,
};

const char *const action_words[] = {
    [HEALTH_USUAL] = "usual",
    [HEALTH_IGNORE] = "ignore",
    [HEALTH_LOG] = "log",
    [HEALTH_PROPAGATE] = "propagate",
    [HEALTH_SUSPEND] = "suspend",
    [HEALTH_HALT] = "halt",
    [HEALTH_WARM_RESET] = "warm-reset",
    [HEALTH_COLD_RESET] = "cold-reset",
    [HEALTH_SWITCH_PLAN] = "switch-plan",
    [HEALTH_RESET_SYSTEM] = "reset-system",
    [HEALTH_HALT_SYSTEM] = "halt-system",
    [HEALTH_ACTIONS] = NULL,
};
