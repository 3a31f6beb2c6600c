/* virt: areas' memory. Frames are zeros when they are taken; RAM is filled again at each start, a
 * shared block never: its other owners may be running. A device is only ever mapped. */
#include "virt/memory/area.h"

#include "core/frame.h"
#include "core/memmap.h"
#include "klib/panic.h"

static paddr_t shared_base[SYSTEM_SHARED_MAX];

static void claim(const char *what, const char *whose, const char *name, paddr_t physical,
                  uint32_t size)
{
    if (!frame_claim(physical, size))
        panic("%s %s: area %s at 0x%08x is not free RAM on this machine", what, whose, name,
              physical);
}

static void claim_of(const struct system_partition *config)
{
    for (uint32_t i = 0; i < config->area_count; i++) {
        const struct system_area *a = &config->areas[i];

        if (a->kind == AREA_RAM && a->physical != AREA_ANYWHERE)
            claim("partition", config->name, a->name, a->physical, a->size);
        if (a->kind == AREA_DEVICE && memmap_has_ram(a->physical, a->size))
            panic("partition %s: device %s at 0x%08x is RAM on this machine", config->name, a->name,
                  a->physical);
    }
}

void area_claim(const struct system *system)
{
    for (uint32_t i = 0; i < system->partition_count; i++)
        claim_of(&system->partitions[i]);
    for (uint32_t i = 0; i < system->shared_count; i++) {
        const struct system_shared *s = &system->shared[i];

        shared_base[i] = s->physical;
        if (s->physical != AREA_ANYWHERE)
            claim("shared", "memory", s->name, s->physical, s->size);
    }
    for (uint32_t i = 0; i < system->shared_count; i++)
        if (shared_base[i] == AREA_ANYWHERE)
            shared_base[i] = frame_alloc(system->shared[i].size / PAGE_SIZE);
}

void area_place(struct partition *p)
{
    for (uint32_t i = 0; i < p->config->area_count; i++) {
        const struct system_area *a = &p->config->areas[i];

        if (a->kind == AREA_SHARED)
            p->area_base[i] = shared_base[a->shared] + a->offset;
        else if (a->physical == AREA_ANYWHERE)
            p->area_base[i] = frame_alloc(a->size / PAGE_SIZE);
        else
            p->area_base[i] = a->physical;
    }
}
