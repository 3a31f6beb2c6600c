/* core: frames. The next free one is always behind the last one given; the cursor only steps over
 * what is reserved and over holes in RAM. */
#include "core/frame.h"

#include "core/memmap.h"
#include "hw/boot.h"
#include "klib/panic.h"
#include "klib/string.h"

enum { RESERVED_AT_MOST = 64 };

struct range {
    paddr_t start, end; /* end: the first address behind it */
};

static struct range reserved[RESERVED_AT_MOST];
static uint32_t reserved_count;
static paddr_t cursor;
static uint32_t used;

void frame_init(void)
{
    cursor = paging_physical(image_end);
}

void frame_reserve(paddr_t base, uint32_t size)
{
    if (reserved_count == ARRAY_SIZE(reserved))
        panic("more than %u memory ranges to reserve", RESERVED_AT_MOST);
    reserved[reserved_count++] = (struct range){
        .start = align_down(base, PAGE_SIZE),
        .end = align_up(base + size, PAGE_SIZE),
    };
}

/* If [start, end) touches a reserved range, where that range ends; else 0. */
static paddr_t collision(paddr_t start, paddr_t end)
{
    for (uint32_t i = 0; i < reserved_count; i++)
        if (start < reserved[i].end && reserved[i].start < end)
            return reserved[i].end;
    return 0;
}

/* If [start, end) is not all RAM: where to look next, or 0 when there is no RAM any more. */
static bool is_ram(paddr_t start, paddr_t end, paddr_t *next)
{
    const struct memmap_range *r;

    *next = 0;
    for (uint32_t i = 0; (r = memmap_range(i)); i++) {
        if (r->type != MULTIBOOT_MEMORY_AVAILABLE)
            continue;
        if (r->base <= start && end <= r->base + r->length)
            return true;
        if (r->base > start && r->base < LINEAR_MAP_SIZE && (!*next || r->base < *next))
            *next = align_up((uint32_t)r->base, PAGE_SIZE);
    }
    return false;
}

paddr_t frame_alloc(uint32_t count)
{
    uint32_t size = count * PAGE_SIZE;
    paddr_t start = cursor;

    while (size / PAGE_SIZE == count && start + size > start && start + size <= LINEAR_MAP_SIZE) {
        paddr_t next;

        if (!is_ram(start, start + size, &next)) {
            if (!next)
                break;
            start = next;
        } else if ((next = collision(start, start + size))) {
            start = next;
        } else {
            cursor = start + size;
            used += count;
            memset(paging_virtual(start), 0, size);
            return start;
        }
    }
    panic("out of memory: no %u KiB of RAM in one piece are left", count * (PAGE_SIZE / 1024));
}

bool frame_claim(paddr_t base, uint32_t size)
{
    paddr_t next;

    if (base < cursor || !is_ram(base, base + size, &next) || collision(base, base + size))
        return false;
    frame_reserve(base, size);
    used += size / PAGE_SIZE;
    memset(paging_virtual(base), 0, size);
    return true;
}

uint32_t frame_used(void)
{
    return used;
}
