/* virt: a partition's own page mappings. A page table entry's software bits hold the index of the
 * area that its frame belongs to, so the rights to a page are known without a search. */
#include "virt/memory/memory.h"

#include "api/bulkhead.h"

_Static_assert(SYSTEM_AREAS_MAX - 1 <= PAGE_SOFTWARE >> PAGE_SOFTWARE_SHIFT, "an index must fit");
_Static_assert((int)BH_READ == (int)AREA_READ && (int)BH_WRITE == (int)AREA_WRITE, "one meaning");

/* Is this a range of pages that a partition may rearrange? Null stays unmapped, for its own good;
 * the control page stays where it is. */
static int32_t check_range(vaddr_t address, uint32_t pages)
{
    if (pages > BH_PAGES_MAX)
        return BH_ESIZE;
    if (pages == 0 || address % PAGE_SIZE || address < PAGE_SIZE || address > BH_CONTROL_PAGE ||
        pages * PAGE_SIZE > BH_CONTROL_PAGE - address)
        return BH_EINVAL;
    return BH_OK;
}

static int32_t check_rights(const struct system_area *area, uint32_t rights)
{
    if (!(rights & BH_READ) || rights & ~(uint32_t)(BH_READ | BH_WRITE))
        return BH_EINVAL;
    return rights & ~area->rights ? BH_EPERM : BH_OK;
}

int32_t memory_map(struct partition *p, vaddr_t address, uint32_t area, uint32_t offset,
                   uint32_t pages, uint32_t rights)
{
    const struct system_area *a;
    page_entry_t flags;
    int32_t error = check_range(address, pages);

    if (error)
        return error;
    if (area >= p->config->area_count)
        return BH_EINVAL;
    a = &p->config->areas[area];
    if (offset % PAGE_SIZE || offset > a->size || pages * PAGE_SIZE > a->size - offset)
        return BH_EINVAL;
    error = check_rights(a, rights);
    if (error)
        return error;
    if (!addrspace_reserve(&p->space, address, pages))
        return BH_ENOMEM;
    flags = (rights & BH_WRITE ? PAGE_WRITE : 0) | area << PAGE_SOFTWARE_SHIFT;
    for (uint32_t i = 0; i < pages; i++)
        addrspace_map(&p->space, address + i * PAGE_SIZE,
                      p->area_base[area] + offset + i * PAGE_SIZE, flags);
    return BH_OK;
}

int32_t memory_unmap(struct partition *p, vaddr_t address, uint32_t pages)
{
    int32_t error = check_range(address, pages);

    for (uint32_t i = 0; !error && i < pages; i++)
        addrspace_unmap(&p->space, address + i * PAGE_SIZE);
    return error;
}

static int32_t check_page_rights(const struct partition *p, vaddr_t address, uint32_t rights)
{
    const page_entry_t *entry = addrspace_entry(&p->space, address);

    if (!entry || !(*entry & PAGE_PRESENT))
        return BH_EINVAL;
    return check_rights(&p->config->areas[(*entry & PAGE_SOFTWARE) >> PAGE_SOFTWARE_SHIFT], rights);
}

int32_t memory_protect(struct partition *p, vaddr_t address, uint32_t pages, uint32_t rights)
{
    int32_t error = check_range(address, pages);

    for (uint32_t i = 0; !error && i < pages; i++)
        error = check_page_rights(p, address + i * PAGE_SIZE, rights);
    for (uint32_t i = 0; !error && i < pages; i++)
        addrspace_protect(&p->space, address + i * PAGE_SIZE, rights & BH_WRITE);
    return error;
}
