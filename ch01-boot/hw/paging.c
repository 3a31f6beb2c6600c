/* hw: the hypervisor's own page directory after the start. The tables of partitions are made
 * elsewhere (from ch04 on, in virt/). */
#include "hw/paging.h"

#include "hw/cpu.h"

volatile uint8_t *paging_map_device(paddr_t p, uint32_t bytes, uint32_t *room)
{
    uint32_t offset = p % LARGE_PAGE_SIZE;

    *room = DEVICE_WINDOW_SIZE - offset < bytes ? DEVICE_WINDOW_SIZE - offset : bytes;
    for (uint32_t at = 0; at < offset + *room; at += LARGE_PAGE_SIZE) {
        kernel_page_directory.entry[paging_directory_index(DEVICE_WINDOW + at)] =
            (p - offset + at) | PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE | PAGE_GLOBAL |
            PAGE_CACHE_DISABLE;
        paging_invalidate(DEVICE_WINDOW + at);
    }
    return (volatile uint8_t *)(DEVICE_WINDOW + offset);
}

void paging_trim(paddr_t ram_end)
{
    kernel_page_directory.entry[0] = 0;
    paging_invalidate(0);
    for (uint32_t i = KERNEL_DIRECTORY_INDEX; i < DEVICE_WINDOW / LARGE_PAGE_SIZE; i++) {
        page_entry_t *entry = &kernel_page_directory.entry[i];

        if ((*entry & LARGE_PAGE_ADDRESS) < ram_end)
            continue;
        *entry = 0;
        paging_invalidate(i << 22);
    }
}
