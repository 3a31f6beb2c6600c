/* virt/health/decide.c: each event with each action that a table can have, of a partition and of the
 * system; what is usual, by the table in the header; resets against their budget; and which plan.
 *
 * since: final
 * sources: virt/health/decide.c
 */
#include "host.h"

#include "hw/trap.h"
#include "virt/health/decide.h"

/* What the header's table says, written down once more. */
static enum health_action usual(enum bh_health_event event)
{
    switch (event) {
    case BH_HEALTH_APPLICATION:
    case BH_HEALTH_DEADLINE:
    case BH_HEALTH_FINISHED:
    case BH_HEALTH_SLOT_LATE:
    case BH_HEALTH_SPURIOUS:
    case BH_HEALTH_NMI:
        return HEALTH_LOG;
    case BH_HEALTH_RESET_LOOP:
        return HEALTH_HALT;
    case BH_HEALTH_MACHINE_CHECK:
    case BH_HEALTH_HYPERVISOR:
        return HEALTH_HALT_SYSTEM;
    default:
        return HEALTH_COLD_RESET;
    }
}

static bool is_partitions(enum bh_health_event event)
{
    return event != BH_HEALTH_RESET_LOOP && event != BH_HEALTH_SLOT_LATE &&
           event != BH_HEALTH_SPURIOUS && event != BH_HEALTH_NMI &&
           event != BH_HEALTH_MACHINE_CHECK && event != BH_HEALTH_HYPERVISOR;
}

static struct system description = {.health_plan = 3};
static struct system_partition partition = {.health_plan = 2};

static void tables(enum bh_health_event event)
{
    CHECK(health_usual(event) == usual(event), "event %u", event);
    for (uint32_t own = 0; own < HEALTH_ACTIONS; own++) {
        for (uint32_t systems = 0; systems < HEALTH_ACTIONS; systems++) {
            uint32_t decides = is_partitions(event) ? own : systems;

            partition.actions[event] = (uint8_t)own;
            description.actions[event] = (uint8_t)systems;
            CHECK(health_decide(&description, &partition, event) ==
                      (decides ? decides : usual(event)),
                  "event %u, tables %u and %u", event, own, systems);
            CHECK(health_decide(&description, NULL, event) == (systems ? systems : usual(event)),
                  "event %u of nobody, table %u", event, systems);
        }
    }
    partition.actions[event] = description.actions[event] = 0;
}

static void plans(enum bh_health_event event)
{
    CHECK(health_decide_plan(&description, &partition, event) == (is_partitions(event) ? 2 : 3));
    CHECK(health_decide_plan(&description, NULL, event) == 3);
    CHECK(health_plan_stops(event) == (is_partitions(event) || event == BH_HEALTH_RESET_LOOP));
}

static void resets(void)
{
    for (uint32_t restarts = 0; restarts < 5; restarts++)
        for (uint32_t done = 0; done <= restarts; done++) {
            enum health_reset wanted = done < restarts ? HEALTH_RESET_IT
                                       : restarts      ? HEALTH_RESET_LOOP
                                                       : HEALTH_RESET_NOT;

            CHECK(health_decide_reset(done, restarts) == wanted, "%u of %u", done, restarts);
        }
}

static void traps(void)
{
    CHECK(health_event_of_trap(TRAP_DIVIDE) == BH_HEALTH_DIVIDE);
    CHECK(health_event_of_trap(TRAP_DEBUG) == BH_HEALTH_DEBUG);
    CHECK(health_event_of_trap(TRAP_BREAKPOINT) == BH_HEALTH_DEBUG);
    CHECK(health_event_of_trap(TRAP_INVALID_OPCODE) == BH_HEALTH_ILLEGAL);
    CHECK(health_event_of_trap(TRAP_STACK) == BH_HEALTH_STACK);
    CHECK(health_event_of_trap(TRAP_PAGE_FAULT) == BH_HEALTH_MEMORY);
    CHECK(health_event_of_trap(TRAP_ALIGNMENT) == BH_HEALTH_ALIGNMENT);
    for (uint32_t vector = TRAP_ALIGNMENT + 3; vector < 300; vector++) /* behind #XM: none */
        CHECK(health_event_of_trap(vector) == BH_HEALTH_PROTECTION, "vector %u", vector);
    CHECK(health_event_of_trap(TRAP_PROTECTION) == BH_HEALTH_PROTECTION);
}

int main(void)
{
    for (uint32_t event = 0; event < BH_HEALTH_EVENT_COUNT; event++) {
        tables(event);
        plans(event);
    }
    resets();
    traps();
    return host_result();
}
