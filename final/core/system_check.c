/* core: checks of a system description: what each partition is by itself, and the plans. The other
 * parts are in system_check_memory.c and system_check_links.c. */
#include "core/system_check.h"

#include "api/bulkhead.h"
#include "core/system_checks.h"
#include "hw/paging.h"

/* Ports that are the hypervisor's: interrupt controllers, timer, power. */
static const struct system_port_range own_ports[] = {
    {0x20, 0x21}, {0x40, 0x43},   {0x61, 0x61},     {0xA0, 0xA1},
    {0xF4, 0xF4}, {0x4D0, 0x4D1}, {0x8900, 0x8900},
};

/* Interrupt lines that are the hypervisor's: the timer, the second controller, the FPU's error. */
enum {
    OWN_LINES = 1 << 0 | 1 << 2 | 1 << 13,
    EDGE_LINES = 1 << 1 | 1 << 8, /* keyboard and clock: always edge-triggered on a PC */
    LINES = (1 << SYSTEM_LINES) - 1,
    TRACE_KINDS = (1 << BH_TRACE_KINDS) - 1,
};

static const char *check_ports(const struct system_partition *p)
{
    if (p->port_range_count > SYSTEM_PORT_RANGES_MAX)
        return "a partition has too many port ranges";
    for (uint32_t i = 0; i < p->port_range_count; i++) {
        const struct system_port_range *r = &p->port_ranges[i];

        if (r->first > r->last)
            return "a port range is reversed";
        for (uint32_t j = 0; j < ARRAY_SIZE(own_ports); j++)
            if (r->first <= own_ports[j].last && own_ports[j].first <= r->last)
                return "a port range holds one of the hypervisor's own ports";
    }
    return NULL;
}

static const char *check_lines(const struct system_partition *p)
{
    if (p->lines & ~(uint32_t)LINES || p->lines & OWN_LINES)
        return "an interrupt line does not exist, or is the hypervisor's own";
    if (p->level_lines & ~p->lines || p->level_lines & EDGE_LINES)
        return "a level-triggered line is not the partition's, or cannot be one";
    return NULL;
}

static const char *check_numbers(const struct system_partition *p)
{
    if (!system_name_ok(p->name) || !system_name_ok(p->image))
        return "a partition's or an image's name is empty or does not end";
    if (p->flags & ~(uint32_t)(PARTITION_CONSOLE | PARTITION_SYSTEM | PARTITION_FLUSH_CACHE))
        return "a partition has unknown flags";
    if (p->page_tables == 0 || p->page_tables > KERNEL_DIRECTORY_INDEX)
        return "a partition's page-table pool is empty or too large";
    if (p->spaces >= SYSTEM_SPACES_MAX)
        return "a partition has too many address spaces";
    if (p->background > SYSTEM_BACKGROUND_MAX)
        return "a partition's background priority is too high";
    if (p->trace_mask & ~(uint32_t)TRACE_KINDS)
        return "a trace mask has unknown kinds";
    return NULL;
}

static const char *check_partition(const struct system *system, const struct system_partition *p)
{
    const char *error = check_numbers(p);

    if (!error)
        error = system_check_areas(system, p);
    if (!error)
        error = check_ports(p);
    return error ? error : check_lines(p);
}

/* A port and a line have one owner. */
static const char *check_owners(const struct system_partition *p, const struct system_partition *q)
{
    if (p->lines & q->lines)
        return "an interrupt line has two owners";
    for (uint32_t i = 0; i < p->port_range_count; i++)
        for (uint32_t j = 0; j < q->port_range_count; j++)
            if (p->port_ranges[i].first <= q->port_ranges[j].last &&
                q->port_ranges[j].first <= p->port_ranges[i].last)
                return "a port has two owners";
    return NULL;
}

static const char *check_plan(const struct system *system, const struct system_plan *plan)
{
    uint32_t now = 0;

    if (!system_name_ok(plan->name))
        return "a plan's name is empty or does not end";
    if (plan->major_frame_us == 0 || plan->slot_count == 0 || plan->slot_count > SYSTEM_SLOTS_MAX)
        return "a plan has no slot, or too many, or no time";
    for (uint32_t i = 0; i < plan->slot_count; i++) {
        const struct system_slot *s = &plan->slots[i];

        if (s->partition >= system->partition_count)
            return "a slot belongs to no partition";
        if (s->duration_us == 0 || s->start_us < now || s->start_us > plan->major_frame_us ||
            s->duration_us > plan->major_frame_us - s->start_us)
            return "a slot overlaps another or passes the major frame's end";
        now = s->start_us + s->duration_us;
    }
    return NULL;
}

static const char *check_partitions(const struct system *system)
{
    const char *error = NULL;

    for (uint32_t i = 0; !error && i < system->partition_count; i++) {
        error = check_partition(system, &system->partitions[i]);
        for (uint32_t j = 0; !error && j < i; j++)
            error = check_owners(&system->partitions[i], &system->partitions[j]);
    }
    return error ? error : system_check_owners(system);
}

static const char *check_plans(const struct system *system)
{
    const char *error = NULL;

    for (uint32_t i = 0; !error && i < system->plan_count; i++)
        error = check_plan(system, &system->plans[i]);
    return error;
}

const char *system_check(const struct system *system)
{
    static const char *(*const checks[])(const struct system *) = {
        system_check_shared,   check_partitions,     check_plans,
        system_check_channels, system_check_signals, system_check_health,
    };
    const char *error = NULL;

    if (system->partition_count == 0 || system->partition_count > SYSTEM_PARTITIONS_MAX)
        return "it has no partition, or too many";
    if (system->plan_count == 0 || system->plan_count > SYSTEM_PLANS_MAX)
        return "it has no plan, or too many";
    if (system->trace_mask & ~(uint32_t)TRACE_KINDS)
        return "a trace mask has unknown kinds";
    for (uint32_t i = 0; !error && i < ARRAY_SIZE(checks); i++)
        error = checks[i](system);
    return error;
}
