/* hw: the hypervisor's own page directory after the start. The tables of partitions are made
 * elsewhere (from ch04 on, in virt/). */
#include "hw/paging.h"

#include "hw/cpu.h"

void paging_trim(paddr_t ram_end)
{
    kernel_page_directory.entry[0] = 0;
    paging_invalidate(0);
    for (uint32_t i = KERNEL_DIRECTORY_INDEX; i < ARRAY_SIZE(kernel_page_directory.entry); i++) {
        page_entry_t *entry = &kernel_page_directory.entry[i];

        if ((*entry & LARGE_PAGE_ADDRESS) < ram_end)
            continue;
        *entry = 0;
        paging_invalidate(i << 22);
    }
}
