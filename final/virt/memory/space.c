/* virt: a partition's address spaces. */
#include "virt/memory/space.h"

#include "core/frame.h"
#include "hw/cpu.h"
#include "virt/cpu.h"
#include "virt/memory/addrspace.h"

/* With the page attribute table as it is after reset, these two bits mean write-back, write-through
 * and strictly uncached (Intel SDM vol. 3A, table 11-11). */
static const page_entry_t cache_flags[] = {
    [AREA_WRITE_BACK] = 0,
    [AREA_WRITE_THROUGH] = PAGE_WRITE_THROUGH,
    [AREA_UNCACHED] = PAGE_CACHE_DISABLE | PAGE_WRITE_THROUGH,
};

page_entry_t space_area_flags(const struct partition *p, uint32_t area)
{
    return cache_flags[p->config->areas[area].cache] | area << PAGE_SOFTWARE_SHIFT;
}

void space_init(struct partition *p)
{
    uint32_t count = space_count(p);
    struct page_table *pages = paging_virtual(frame_alloc(count + p->config->page_tables));

    page_pool_init(&p->pool, pages + count, p->config->page_tables);
    for (uint32_t i = 0; i < count; i++)
        addrspace_init(&p->spaces[i], pages + i, &p->pool);
    space_use(&p->vcpu, 0);
}

void space_reset(struct partition *p, uint32_t number)
{
    addrspace_clear(&p->spaces[number]);
    if (number == 0)
        space_use(&p->vcpu, 0);
}

bool space_map_control(struct partition *p)
{
    return addrspace_map(&p->spaces[0], BH_CONTROL_PAGE, paging_physical(p->control), PAGE_WRITE,
                         1);
}

void space_use(struct vcpu *v, uint32_t number)
{
    v->space = &v->partition->spaces[number];
    v->directory = paging_physical(v->space->directory);
    v->tss_memory->tss.cr3 = v->directory; /* for the double fault's report */
    if (cpu_this()->current == v)
        cpu_set_cr3(v->directory);
}

int32_t space_switch(struct vcpu *v, uint32_t number)
{
    if (number >= space_count(v->partition))
        return BH_EINVAL;
    space_use(v, number);
    return BH_OK;
}

int32_t space_clear(struct vcpu *v, uint32_t number)
{
    struct partition *p = v->partition;

    if (number >= space_count(p) || v->space == &p->spaces[number])
        return BH_EINVAL;
    addrspace_clear(&p->spaces[number]);
    if (number == 0)
        space_map_control(p); /* there is a page table for it: one was just given back */
    return BH_OK;
}
