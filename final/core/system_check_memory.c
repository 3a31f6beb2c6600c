/* core: checks of a system description's memory. Ranges are compared without sums that could wrap.
 */
#include "core/system_checks.h"

#include "api/bulkhead.h"
#include "hw/paging.h"

/* Physical memory that no device area may have: ordinary memory below 640 KiB and the hypervisor's
 * image, the I/O APIC, the local APIC. */
static const struct {
    paddr_t start;
    uint32_t size;
} own_memory[] = {
    {0x00000000, 0x000A0000},
    {0x00100000, 0x00300000},
    {0xFEC00000, 0x00001000},
    {0xFEE00000, 0x00001000},
};

static bool ranges_meet(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
    return a < b ? b - a < a_size : a - b < b_size;
}

/* Whole pages, and not more than the linear map could hold. */
static bool size_ok(uint32_t size)
{
    return size > 0 && size % PAGE_SIZE == 0 && size <= LINEAR_MAP_SIZE;
}

/* A place in RAM: where the hypervisor reaches it. */
static bool ram_place_ok(paddr_t physical, uint32_t size)
{
    return physical == AREA_ANYWHERE ||
           (physical % PAGE_SIZE == 0 && physical <= LINEAR_MAP_SIZE - size);
}

/* A device lies anywhere in the 4 GiB, so long as it ends there. */
static bool device_place_ok(paddr_t physical, uint32_t size)
{
    return physical != AREA_ANYWHERE && physical % PAGE_SIZE == 0 &&
           size - 1 <= 0xFFFFFFFF - physical;
}

static const char *check_shared_area(const struct system *system, const struct system_area *a)
{
    uint32_t block;

    if (a->shared >= system->shared_count)
        return "an area belongs to no shared block";
    block = system->shared[a->shared].size;
    if (a->offset % PAGE_SIZE || a->offset >= block || a->size > block - a->offset)
        return "an area reaches out of its shared block";
    return NULL;
}

static const char *check_kind(const struct system *system, const struct system_area *a)
{
    if (a->kind > AREA_DEVICE)
        return "an area is of an unknown kind";
    if (a->cache > AREA_UNCACHED)
        return "an area's cache attribute is unknown";
    if (a->kind == AREA_SHARED)
        return a->physical == AREA_ANYWHERE ? check_shared_area(system, a)
                                            : "an area's physical address is out of range";
    if (a->shared || a->offset)
        return "an area that is not shared has a shared block";
    if (a->kind == AREA_DEVICE ? !device_place_ok(a->physical, a->size)
                               : !ram_place_ok(a->physical, a->size))
        return "an area's physical address is out of range";
    return NULL;
}

static const char *check_area(const struct system *system, const struct system_area *a)
{
    if (!system_name_ok(a->name))
        return "an area's name is empty or does not end";
    if (!size_ok(a->size))
        return "an area's size is not a number of pages";
    if (!(a->rights & AREA_READ) || a->rights & ~(uint32_t)(AREA_READ | AREA_WRITE))
        return "an area's rights are unknown";
    if (a->virtual != AREA_UNMAPPED &&
        (a->virtual % PAGE_SIZE || a->virtual < PAGE_SIZE || a->virtual > BH_CONTROL_PAGE ||
         a->size > BH_CONTROL_PAGE - a->virtual))
        return "an area's virtual address is out of range";
    return check_kind(system, a);
}

static bool virtual_overlap(const struct system_area *a, const struct system_area *b)
{
    return a->virtual != AREA_UNMAPPED && b->virtual != AREA_UNMAPPED &&
           ranges_meet(a->virtual, a->size, b->virtual, b->size);
}

const char *system_check_areas(const struct system *system, const struct system_partition *p)
{
    const struct system_area *first = &p->areas[0];

    if (p->area_count == 0 || p->area_count > SYSTEM_AREAS_MAX)
        return "a partition has no area, or too many";
    for (uint32_t i = 0; i < p->area_count; i++) {
        const char *error = check_area(system, &p->areas[i]);

        if (error)
            return error;
        for (uint32_t j = 0; j < i; j++)
            if (virtual_overlap(&p->areas[i], &p->areas[j]))
                return "two areas of a partition overlap";
    }
    if (first->virtual == AREA_UNMAPPED || !(first->rights & AREA_WRITE))
        return "a partition's first area is not mapped for reading and writing";
    if (first->kind != AREA_RAM)
        return "a partition's first area is not memory of its own";
    return NULL;
}

const char *system_check_shared(const struct system *system)
{
    if (system->shared_count > SYSTEM_SHARED_MAX)
        return "it has too many shared blocks";
    for (uint32_t i = 0; i < system->shared_count; i++) {
        const struct system_shared *s = &system->shared[i];

        if (!system_name_ok(s->name))
            return "a shared block's name is empty or does not end";
        if (!size_ok(s->size))
            return "a shared block's size is not a number of pages";
        if (!ram_place_ok(s->physical, s->size))
            return "a shared block's physical address is out of range";
    }
    return NULL;
}

/* One page with two cache attributes is undefined (Intel SDM vol. 3A, 11.12.4): all areas in a
 * block have the same one. */
static bool same_cache(const struct system_area *a, const struct system_area *b)
{
    return a->kind != AREA_SHARED || b->kind != AREA_SHARED || a->shared != b->shared ||
           a->cache == b->cache;
}

static bool claims_meet(const struct system_area *a, const struct system_area *b)
{
    return a->physical != AREA_ANYWHERE && b->physical != AREA_ANYWHERE &&
           ranges_meet(a->physical, a->size, b->physical, b->size);
}

/* Few enough to compare all. */
static const char *check_pair(const struct system_partition *p, const struct system_partition *q)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        for (uint32_t j = 0; j < q->area_count; j++) {
            const struct system_area *a = &p->areas[i], *b = &q->areas[j];

            if (a != b && claims_meet(a, b))
                return "two areas claim the same physical memory";
            if (!same_cache(a, b))
                return "areas of one shared block have different cache attributes";
        }
    return NULL;
}

/* One area against what belongs to no partition alone. */
static const char *check_owner(const struct system *system, const struct system_area *a)
{
    if (a->physical == AREA_ANYWHERE)
        return NULL;
    for (uint32_t i = 0; i < system->shared_count; i++)
        if (system->shared[i].physical != AREA_ANYWHERE &&
            ranges_meet(a->physical, a->size, system->shared[i].physical, system->shared[i].size))
            return "an area and a shared block claim the same physical memory";
    for (uint32_t i = 0; a->kind == AREA_DEVICE && i < ARRAY_SIZE(own_memory); i++)
        if (ranges_meet(a->physical, a->size, own_memory[i].start, own_memory[i].size))
            return "a device area holds memory or a device of the hypervisor";
    return NULL;
}

static const char *check_blocks(const struct system *system)
{
    for (uint32_t i = 0; i < system->shared_count; i++)
        for (uint32_t j = 0; j < i; j++) {
            const struct system_shared *a = &system->shared[i], *b = &system->shared[j];

            if (a->physical != AREA_ANYWHERE && b->physical != AREA_ANYWHERE &&
                ranges_meet(a->physical, a->size, b->physical, b->size))
                return "two shared blocks claim the same physical memory";
        }
    return NULL;
}

const char *system_check_owners(const struct system *system)
{
    const char *error = check_blocks(system);

    for (uint32_t i = 0; i < system->partition_count; i++) {
        const struct system_partition *p = &system->partitions[i];

        for (uint32_t a = 0; !error && a < p->area_count; a++)
            error = check_owner(system, &p->areas[a]);
        for (uint32_t j = 0; !error && j <= i; j++)
            error = check_pair(p, &system->partitions[j]);
    }
    return error;
}
