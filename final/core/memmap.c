/* core: the memory map. The loader's table lies in memory that will be reused, so it is copied,
 * and every number in it is checked: a loader is not a partition, but it can be wrong. */
#include "core/memmap.h"

#include "hw/boot.h"
#include "hw/paging.h"
#include "klib/panic.h"
#include "klib/printf.h"

enum { RANGES_AT_MOST = 32, ROOM_BEHIND_IMAGE = 1 << 20 };

static struct memmap_range ranges[RANGES_AT_MOST];
static uint32_t range_count;

const struct memmap_range *memmap_range(uint32_t i)
{
    return i < range_count ? &ranges[i] : NULL;
}

static void add_range(const struct multiboot_memory *entry)
{
    if (range_count == ARRAY_SIZE(ranges) || entry->length == 0)
        return;
    ranges[range_count++] = (struct memmap_range){entry->base, entry->length, entry->type};
}

/* The end of a RAM range, cut to what the linear map reaches and to whole pages; 0 if none. */
static paddr_t reachable_end(const struct memmap_range *range)
{
    uint64_t end = range->base + range->length;

    if (range->type != MULTIBOOT_MEMORY_AVAILABLE || range->base >= LINEAR_MAP_SIZE)
        return 0;
    if (end > LINEAR_MAP_SIZE || end < range->base)
        end = LINEAR_MAP_SIZE;
    return align_down((uint32_t)end, PAGE_SIZE);
}

paddr_t memmap_ram_end(void)
{
    paddr_t highest = 0;

    for (uint32_t i = 0; i < range_count; i++)
        if (reachable_end(&ranges[i]) > highest)
            highest = reachable_end(&ranges[i]);
    return highest;
}

bool memmap_has_ram(paddr_t base, uint32_t size)
{
    for (uint32_t i = 0; i < range_count; i++)
        if (ranges[i].type == MULTIBOOT_MEMORY_AVAILABLE &&
            ranges[i].base < (uint64_t)base + size && base < ranges[i].base + ranges[i].length)
            return true;
    return false;
}

/* Is there RAM around the image, and some room behind it? */
static bool image_has_room(void)
{
    paddr_t start = paging_physical(image_start);
    paddr_t end = paging_physical(image_end) + ROOM_BEHIND_IMAGE;

    for (uint32_t i = 0; i < range_count; i++)
        if (ranges[i].base <= start && reachable_end(&ranges[i]) >= end)
            return true;
    return false;
}

void memmap_init(const struct multiboot_info *info)
{
    const uint32_t smallest = sizeof(struct multiboot_memory) - sizeof(uint32_t);
    uint32_t offset = 0;

    if (!(info->flags & MULTIBOOT_INFO_MMAP) || info->mmap_addr >= LINEAR_MAP_SIZE ||
        info->mmap_length > LINEAR_MAP_SIZE - info->mmap_addr)
        panic("the loader passed no memory map");
    while (offset + sizeof(struct multiboot_memory) <= info->mmap_length) {
        const struct multiboot_memory *entry = paging_virtual(info->mmap_addr + offset);

        if (entry->size < smallest || entry->size > info->mmap_length)
            panic("memory map entry at offset %u claims a size of %u bytes", offset, entry->size);
        add_range(entry);
        offset += entry->size + (uint32_t)sizeof entry->size;
    }
    if (!image_has_room())
        panic("too little memory: the image ends at %p, and RAM at 0x%08x",
              (void *)paging_physical(image_end), memmap_ram_end());
}

void memmap_print(void)
{
    printf("Memory map from the loader:\n");
    for (uint32_t i = 0; i < range_count; i++)
        printf("  0x%012llx to 0x%012llx  %10llu KiB  %s\n", ranges[i].base,
               ranges[i].base + ranges[i].length - 1, ranges[i].length / 1024,
               ranges[i].type == MULTIBOOT_MEMORY_AVAILABLE ? "RAM" : "reserved");
}
