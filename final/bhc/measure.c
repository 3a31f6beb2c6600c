/* bhc: what follows from a description. Everything is small, so each answer is counted afresh. */
#include "measure.h"

struct span physical_span(const struct system_area *area)
{
    return (struct span){area->physical, (uint64_t)area->physical + area->size};
}

struct span virtual_span(const struct system_area *area)
{
    return (struct span){area->virtual, (uint64_t)area->virtual + area->size};
}

uint32_t plan_busy_us(const struct system_plan *plan)
{
    uint32_t busy = 0;

    for (uint32_t s = 0; s < plan->slot_count; s++)
        busy += plan->slots[s].duration_us;
    return busy;
}

struct supply plan_supply(const struct system_plan *plan, uint32_t partition)
{
    struct supply supply = {0, 0, 0};
    uint32_t first_start = 0, last_end = 0, wait = 0;

    for (uint32_t s = 0; s < plan->slot_count; s++) {
        const struct system_slot *slot = &plan->slots[s];

        if (slot->partition != partition)
            continue;
        if (supply.slots++ == 0)
            first_start = slot->start_us;
        else
            wait = slot->start_us - last_end;
        last_end = slot->start_us + slot->duration_us;
        supply.us += slot->duration_us;
        if (wait > supply.longest_wait_us)
            supply.longest_wait_us = wait;
    }
    wait = plan->major_frame_us - last_end + first_start; /* into the next major frame */
    if (supply.slots && wait > supply.longest_wait_us)
        supply.longest_wait_us = wait;
    return supply;
}

uint32_t page_tables_needed(const struct system_partition *partition)
{
    bool used[PAGE_TABLES_MAX] = {false};
    uint32_t count = 0;

    used[CONTROL_PAGE / PAGE_TABLE_REACH] = true;
    for (uint32_t a = 0; a < partition->area_count; a++) {
        struct span span = virtual_span(&partition->areas[a]);

        if (partition->areas[a].virtual == AREA_UNMAPPED)
            continue;
        for (uint64_t t = span.start / PAGE_TABLE_REACH;
             t < PAGE_TABLES_MAX && t * PAGE_TABLE_REACH < span.end; t++)
            used[t] = true;
    }
    for (uint32_t t = 0; t < PAGE_TABLES_MAX; t++)
        count += used[t];
    return count;
}

/* @return the end of the area that stands in the way of a span, or 0 */
static uint64_t blocked_until(const struct description *d, const struct placement *placement,
                              struct span span)
{
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++)
            if (placement->placed[p][a] && spans_overlap(placement->areas[p][a], span))
                return placement->areas[p][a].end;
    return 0;
}

/* The lowest free place of that size in one RAM range; an empty span if there is none. */
static struct span first_fit(const struct description *d, const struct placement *placement,
                             const struct ram_range *ram, uint64_t size)
{
    uint64_t start = ram->base < HYPERVISOR_END ? HYPERVISOR_END : ram->base;
    uint64_t end = ram->base + ram->size, next;

    if (end > LINEAR_MAP_END)
        end = LINEAR_MAP_END;
    while (start + size <= end) {
        next = blocked_until(d, placement, (struct span){start, start + size});
        if (!next)
            return (struct span){start, start + size};
        start = next;
    }
    return (struct span){0, 0};
}

static bool place(const struct description *d, struct placement *placement, uint32_t p, uint32_t a)
{
    for (uint32_t r = 0; r < d->ram_count && !placement->placed[p][a]; r++) {
        struct span span =
            first_fit(d, placement, &d->ram[r], d->system.partitions[p].areas[a].size);

        placement->areas[p][a] = span;
        placement->placed[p][a] = span.end > 0;
    }
    return placement->placed[p][a];
}

bool place_areas(const struct description *d, struct placement *placement)
{
    const struct system *system = &d->system;
    bool all = true;

    *placement = (struct placement){0};
    for (uint32_t p = 0; p < system->partition_count; p++)
        for (uint32_t a = 0; a < system->partitions[p].area_count; a++) {
            placement->areas[p][a] = physical_span(&system->partitions[p].areas[a]);
            placement->placed[p][a] = system->partitions[p].areas[a].physical != AREA_ANYWHERE;
        }
    for (uint32_t p = 0; p < system->partition_count; p++)
        for (uint32_t a = 0; a < system->partitions[p].area_count; a++)
            if (system->partitions[p].areas[a].physical == AREA_ANYWHERE)
                all &= place(d, placement, p, a);
    return all;
}
