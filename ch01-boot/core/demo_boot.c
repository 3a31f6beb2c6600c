/* core: chapter 1's demonstration: what the loader told us and what we made of it. Later chapters
 * drop this file. */
#include "core/demo_boot.h"

#include "core/memmap.h"
#include "hw/boot.h"
#include "hw/cpu.h"
#include "hw/paging.h"
#include "klib/printf.h"

static const char *is_set(uint32_t value, uint32_t bit)
{
    return value & bit ? "on" : "off";
}

void demo_boot(void)
{
    uint32_t cr0 = cpu_cr0(), cr4 = cpu_cr4();

    memmap_print();
    printf("The image occupies %p to %p, and runs at %p.\n", (void *)paging_physical(image_start),
           (void *)(paging_physical(image_end) - 1), (void *)image_start);
    printf("CR0=%08x: paging %s, write protection %s.\n", cr0, is_set(cr0, CR0_PG),
           is_set(cr0, CR0_WP));
    printf("CR4=%08x: 4 MiB pages %s, global pages %s.\n", cr4, is_set(cr4, CR4_PSE),
           is_set(cr4, CR4_PGE));
    printf("The page directory lies at %p; entry 0 is %08x, entry 768 is %08x.\n",
           (void *)cpu_cr3(), kernel_page_directory.entry[0],
           kernel_page_directory.entry[KERNEL_DIRECTORY_INDEX]);
}
