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

bool is_ram(const struct description *d, struct span span)
{
    for (uint32_t r = 0; r < d->ram_count; r++)
        if (d->ram[r].base <= span.start && span.end <= d->ram[r].base + d->ram[r].size)
            return span.end <= LINEAR_MAP_END;
    return false;
}

/* @return where the next range of RAM begins, or the end of what can be reached */
static uint64_t next_ram(const struct description *d, uint64_t address)
{
    uint64_t next = LINEAR_MAP_END;

    for (uint32_t r = 0; r < d->ram_count; r++)
        if (d->ram[r].base > address && d->ram[r].base < next)
            next = d->ram[r].base;
    return next;
}

struct span shared_span(const struct system_shared *shared)
{
    return (struct span){shared->physical, (uint64_t)shared->physical + shared->size};
}

/* @return the end of something with a fixed place that a span touches, or 0 */
static uint64_t blocked_until(const struct system *system, struct span span)
{
    for (uint32_t i = 0; i < system->shared_count; i++)
        if (system->shared[i].physical != AREA_ANYWHERE &&
            spans_overlap(shared_span(&system->shared[i]), span))
            return shared_span(&system->shared[i]).end;
    for (uint32_t p = 0; p < system->partition_count; p++)
        for (uint32_t a = 0; a < system->partitions[p].area_count; a++) {
            const struct system_area *area = &system->partitions[p].areas[a];

            if (area->physical != AREA_ANYWHERE && spans_overlap(physical_span(area), span))
                return physical_span(area).end;
        }
    return 0;
}

/* The first free place at or behind the cursor, which moves behind it. */
static struct span take(const struct description *d, uint64_t *cursor, uint64_t size)
{
    struct span span = {*cursor, *cursor + size};

    while (span.start < LINEAR_MAP_END) {
        uint64_t blocked = blocked_until(&d->system, span);

        if (is_ram(d, span) && !blocked) {
            *cursor = span.end;
            return span;
        }
        span.start = is_ram(d, span) ? blocked : next_ram(d, span.start);
        span.end = span.start + size;
    }
    return (struct span){0, 0};
}

uint64_t channel_pages(const struct system *system, uint32_t writer)
{
    uint64_t pages = 0;

    for (uint32_t i = 0; i < system->channel_count; i++) {
        const struct system_channel *c = &system->channels[i];
        uint64_t message = MESSAGE_HEAD_BYTES + (c->message_size + 7) / 8 * 8;

        if (c->writer == writer)
            pages += (c->depth * message + PAGE_BYTES - 1) / PAGE_BYTES;
    }
    return pages;
}

uint64_t partition_pages(const struct system *system, uint32_t partition)
{
    const struct system_partition *p = &system->partitions[partition];

    return (uint64_t)p->page_tables + p->spaces + PARTITION_OVERHEAD_PAGES +
           channel_pages(system, partition);
}

uint64_t trace_pages(const struct system *system)
{
    uint64_t records = TRACE_RECORDS_HYPERVISOR + system->partition_count * TRACE_RECORDS;

    return (records * TRACE_RECORD_BYTES + PAGE_BYTES - 1) / PAGE_BYTES;
}

static struct span place_area(const struct description *d, const struct system_area *area,
                              const struct placement *placement, uint64_t *cursor)
{
    uint64_t start;

    if (area->kind == AREA_SHARED) {
        start = placement->shared[area->shared].start + area->offset;
        return (struct span){start, start + area->size};
    }
    return area->physical == AREA_ANYWHERE ? take(d, cursor, area->size) : physical_span(area);
}

bool place_areas(const struct description *d, struct placement *placement)
{
    uint64_t cursor = HYPERVISOR_END;
    bool all = true;

    *placement = (struct placement){0};
    for (uint32_t i = 0; i < d->system.shared_count; i++) {
        const struct system_shared *shared = &d->system.shared[i];

        placement->shared[i] = shared->physical == AREA_ANYWHERE ? take(d, &cursor, shared->size)
                                                                 : shared_span(shared);
        all &= placement->shared[i].end > 0;
    }
    for (uint32_t p = 0; p < d->system.partition_count; p++) {
        const struct system_partition *partition = &d->system.partitions[p];

        for (uint32_t a = 0; a < partition->area_count; a++) {
            placement->areas[p][a] = place_area(d, &partition->areas[a], placement, &cursor);
            all &= placement->areas[p][a].end > 0;
        }
        placement->tables[p] = take(d, &cursor, partition_pages(&d->system, p) * PAGE_BYTES);
        all &= placement->tables[p].end > 0;
    }
    placement->trace = take(d, &cursor, trace_pages(&d->system) * PAGE_BYTES);
    return all && placement->trace.end > 0;
}
