/* core: checks of a system description. Ranges are compared without sums that could wrap. */
#include "core/system_check.h"

#include "api/bulkhead.h"
#include "hw/paging.h"

/* Ports that are the hypervisor's: interrupt controllers, timer, power. */
static const struct system_port_range own_ports[] = {
    {0x20, 0x21}, {0x40, 0x43}, {0x61, 0x61}, {0xA0, 0xA1}, {0xF4, 0xF4}, {0x8900, 0x8900},
};

/* A name ends within its field and is not empty. */
static bool name_ok(const char *name)
{
    for (uint32_t i = 0; i < SYSTEM_NAME_SIZE; i++)
        if (!name[i])
            return i > 0;
    return false;
}

static bool ranges_meet(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
    return a < b ? b - a < a_size : a - b < b_size;
}

static const char *check_area(const struct system_area *a)
{
    if (!name_ok(a->name))
        return "an area's name is empty or does not end";
    if (a->size == 0 || a->size % PAGE_SIZE || a->size > LINEAR_MAP_SIZE)
        return "an area's size is not a number of pages";
    if (!(a->rights & AREA_READ) || a->rights & ~(uint32_t)(AREA_READ | AREA_WRITE))
        return "an area's rights are unknown";
    if (a->physical != AREA_ANYWHERE &&
        (a->physical % PAGE_SIZE || a->physical > LINEAR_MAP_SIZE - a->size))
        return "an area's physical address is out of range";
    if (a->virtual != AREA_UNMAPPED &&
        (a->virtual % PAGE_SIZE || a->virtual < PAGE_SIZE || a->virtual > BH_CONTROL_PAGE ||
         a->size > BH_CONTROL_PAGE - a->virtual))
        return "an area's virtual address is out of range";
    return NULL;
}

static bool virtual_overlap(const struct system_area *a, const struct system_area *b)
{
    return a->virtual != AREA_UNMAPPED && b->virtual != AREA_UNMAPPED &&
           ranges_meet(a->virtual, a->size, b->virtual, b->size);
}

static const char *check_areas(const struct system_partition *p)
{
    const struct system_area *first = &p->areas[0];

    if (p->area_count == 0 || p->area_count > SYSTEM_AREAS_MAX)
        return "a partition has no area, or too many";
    for (uint32_t i = 0; i < p->area_count; i++) {
        const char *error = check_area(&p->areas[i]);

        if (error)
            return error;
        for (uint32_t j = 0; j < i; j++)
            if (virtual_overlap(&p->areas[i], &p->areas[j]))
                return "two areas of a partition overlap";
    }
    if (first->virtual == AREA_UNMAPPED || !(first->rights & AREA_WRITE))
        return "a partition's first area is not mapped for reading and writing";
    return NULL;
}

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

static const char *check_partition(const struct system_partition *p)
{
    const char *error;

    if (!name_ok(p->name) || !name_ok(p->image))
        return "a partition's or an image's name is empty or does not end";
    if (p->flags & ~(uint32_t)PARTITION_CONSOLE)
        return "a partition has unknown flags";
    if (p->page_tables == 0 || p->page_tables > KERNEL_DIRECTORY_INDEX)
        return "a partition's page-table pool is empty or too large";
    error = check_areas(p);
    return error ? error : check_ports(p);
}

static const char *check_plan(const struct system *system, const struct system_plan *plan)
{
    uint32_t now = 0;

    if (!name_ok(plan->name))
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

/* Do two areas that have their place claim the same memory? Few enough to compare all. */
static bool physical_overlap(const struct system_partition *p, const struct system_partition *q)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        for (uint32_t j = 0; j < q->area_count; j++) {
            const struct system_area *a = &p->areas[i], *b = &q->areas[j];

            if (a != b && a->physical != AREA_ANYWHERE && b->physical != AREA_ANYWHERE &&
                ranges_meet(a->physical, a->size, b->physical, b->size))
                return true;
        }
    return false;
}

static bool channel_has_reader(const struct system_channel *c, uint32_t partition, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (c->readers[i] == partition)
            return true;
    return false;
}

static const char *check_channel(const struct system *system, const struct system_channel *c)
{
    if (!name_ok(c->name))
        return "a channel's name is empty or does not end";
    if (c->kind != CHANNEL_SAMPLING && c->kind != CHANNEL_QUEUING)
        return "a channel is of an unknown kind";
    if (c->message_size == 0 || c->message_size > SYSTEM_MESSAGE_MAX)
        return "a channel's messages are empty or too long";
    if (c->depth == 0 || c->depth > (c->kind == CHANNEL_QUEUING ? SYSTEM_DEPTH_MAX : 1))
        return "a channel holds no message, or too many";
    if (c->reader_count == 0 ||
        c->reader_count > (c->kind == CHANNEL_QUEUING ? 1 : SYSTEM_READERS_MAX))
        return "a channel has no reader, or too many";
    if (c->writer >= system->partition_count)
        return "a channel's writer is no partition";
    for (uint32_t i = 0; i < c->reader_count; i++)
        if (c->readers[i] >= system->partition_count || c->readers[i] == c->writer ||
            channel_has_reader(c, c->readers[i], i))
            return "a channel's reader is no partition, or at two of its ends";
    return NULL;
}

const char *system_check(const struct system *system)
{
    const char *error = NULL;

    if (system->partition_count == 0 || system->partition_count > SYSTEM_PARTITIONS_MAX)
        return "it has no partition, or too many";
    if (system->plan_count == 0 || system->plan_count > SYSTEM_PLANS_MAX)
        return "it has no plan, or too many";
    if (system->channel_count > SYSTEM_CHANNELS_MAX)
        return "it has too many channels";
    for (uint32_t i = 0; !error && i < system->partition_count; i++)
        error = check_partition(&system->partitions[i]);
    for (uint32_t i = 0; !error && i < system->plan_count; i++)
        error = check_plan(system, &system->plans[i]);
    for (uint32_t i = 0; !error && i < system->channel_count; i++)
        error = check_channel(system, &system->channels[i]);
    for (uint32_t i = 0; !error && i < system->partition_count; i++)
        for (uint32_t j = 0; j <= i; j++)
            if (physical_overlap(&system->partitions[i], &system->partitions[j]))
                error = "two areas claim the same physical memory";
    return error;
}
