/* virt: a partition's own page mappings. A page table entry's software bits hold the index of the
 * area that its frame belongs to, so the rights to a page are known without a search. */
#include "virt/memory/memory.h"

#include "api/bulkhead.h"
#include "virt/memory/addrspace.h"
#include "virt/memory/space.h"

enum { BATCH_TABLES = 2 /* page tables that a call takes at the most */ };

_Static_assert(SYSTEM_AREAS_MAX - 1 <= PAGE_SOFTWARE >> PAGE_SOFTWARE_SHIFT, "an index must fit");
_Static_assert((int)BH_READ == (int)AREA_READ && (int)BH_WRITE == (int)AREA_WRITE, "one meaning");

/* Is this a range of pages that a partition may rearrange? Null stays unmapped, for its own good;
 * the control page stays where it is. */
static int32_t check_range(const struct partition *p, const struct bh_mapping *m)
{
    if (m->pages > BH_PAGES_MAX)
        return BH_ESIZE;
    if (m->pages == 0 || m->address % PAGE_SIZE || m->address < PAGE_SIZE ||
        m->address > BH_CONTROL_PAGE || m->pages * PAGE_SIZE > BH_CONTROL_PAGE - m->address)
        return BH_EINVAL;
    return m->space < space_count(p) ? BH_OK : BH_EINVAL;
}

static int32_t check_rights(uint32_t allowed, uint32_t rights)
{
    if (!(rights & BH_READ) || rights & ~(uint32_t)(BH_READ | BH_WRITE))
        return BH_EINVAL;
    return rights & ~allowed ? BH_EPERM : BH_OK;
}

/* The control page has one place, in any address space; in the first it never changes. */
static int32_t check_control(const struct partition *p, const struct bh_mapping *m)
{
    if (m->address != BH_CONTROL_PAGE || m->offset != 0 || m->pages != 1 || m->space == 0 ||
        m->space >= space_count(p))
        return BH_EINVAL;
    return check_rights(BH_READ | BH_WRITE, m->rights);
}

static int32_t check_map(const struct partition *p, const struct bh_mapping *m)
{
    const struct system_area *a;
    int32_t error;

    if (m->area == BH_CONTROL_AREA && m->pages <= BH_PAGES_MAX)
        return check_control(p, m);
    error = check_range(p, m);
    if (error)
        return error;
    if (m->area >= p->config->area_count)
        return BH_EINVAL;
    a = &p->config->areas[m->area];
    if (m->offset % PAGE_SIZE || m->offset > a->size || m->pages * PAGE_SIZE > a->size - m->offset)
        return BH_EINVAL;
    return check_rights(a->rights, m->rights);
}

/* Does what check_map() allowed. */
static int32_t map(struct partition *p, const struct bh_mapping *m)
{
    struct address_space *space = &p->spaces[m->space];
    page_entry_t flags = m->rights & BH_WRITE ? PAGE_WRITE : 0;
    paddr_t frame = paging_physical(p->control);

    if (!addrspace_reserve(space, m->address, m->pages))
        return BH_ENOMEM;
    if (m->area != BH_CONTROL_AREA) {
        flags |= space_area_flags(p, m->area);
        frame = p->area_base[m->area] + m->offset;
    }
    addrspace_map(space, m->address, frame, flags, m->pages);
    return BH_OK;
}

static void unmap(struct partition *p, const struct bh_mapping *m)
{
    addrspace_unmap(&p->spaces[m->space], m->address, m->pages);
}

int32_t memory_map(struct partition *p, const struct bh_mapping *m)
{
    int32_t error = check_map(p, m);

    return error ? error : map(p, m);
}

int32_t memory_unmap(struct partition *p, const struct bh_mapping *m)
{
    int32_t error = check_range(p, m);

    if (!error)
        unmap(p, m);
    return error;
}

/* Are all of these pages mapped, and may they have such rights? */
static int32_t check_protect(const struct partition *p, const struct bh_mapping *m)
{
    const struct system_area *areas = p->config->areas;
    int32_t error = check_range(p, m);
    page_entry_t *entry = NULL;
    uint32_t allowed = BH_READ | BH_WRITE;

    if (error)
        return error;
    for (uint32_t i = 0; i < m->pages; i++) {
        entry = addrspace_next(&p->spaces[m->space], entry, m->address + i * PAGE_SIZE);
        if (!entry || !(*entry & PAGE_PRESENT))
            return BH_EINVAL;
        allowed &= areas[(*entry & PAGE_SOFTWARE) >> PAGE_SOFTWARE_SHIFT].rights;
    }
    return check_rights(allowed, m->rights);
}

int32_t memory_protect(struct partition *p, const struct bh_mapping *m)
{
    int32_t error = check_protect(p, m);

    if (!error)
        addrspace_protect(&p->spaces[m->space], m->address, m->rights & BH_WRITE, m->pages);
    return error;
}

static int32_t check_batch(const struct partition *p, const struct bh_mapping *m, uint32_t count)
{
    uint32_t pages = 0;

    for (uint32_t i = 0; i < count; i++) {
        int32_t error = m[i].rights ? check_map(p, &m[i]) : check_range(p, &m[i]);

        if (error)
            return error;
        pages += m[i].pages; /* at most BH_PAGES_MAX each */
    }
    return pages > BH_BATCH_PAGES ? BH_ESIZE : BH_OK;
}

/* Clearing a page table takes longer than mapping all the pages of a batch, so that a batch ends
 * before it takes more than one entry may need. */
static bool takes_long(const struct partition *p, const struct bh_mapping *m, uint32_t taken)
{
    return m->rights &&
           taken + addrspace_missing(&p->spaces[m->space], m->address, m->pages) > BATCH_TABLES;
}

int32_t memory_batch(struct partition *p, const struct bh_mapping *m, uint32_t count)
{
    int32_t error = check_batch(p, m, count);
    uint32_t left = p->pool.left, done = 0;

    if (error)
        return error;
    for (; done < count && !takes_long(p, &m[done], left - p->pool.left); done++) {
        if (!m[done].rights)
            unmap(p, &m[done]);
        else if (map(p, &m[done]) != BH_OK)
            return done ? (int32_t)done : BH_ENOMEM;
    }
    return (int32_t)done;
}
