/* virt: address spaces. The upper quarter of each directory is the hypervisor's own, copied: its
 * entries are 4 MiB supervisor pages and global, so they never change and stay in the TLB. */
#include "virt/memory/addrspace.h"

#include "core/frame.h"
#include "hw/cpu.h"
#include "klib/string.h"

void addrspace_init(struct address_space *space, uint32_t pool_size)
{
    struct page_table *pages = paging_virtual(frame_alloc(1 + pool_size));

    *space = (struct address_space){.directory = pages, .pool = pages + 1, .pool_size = pool_size};
    for (uint32_t i = KERNEL_DIRECTORY_INDEX; i < ARRAY_SIZE(pages->entry); i++)
        pages->entry[i] = kernel_page_directory.entry[i];
}

void addrspace_clear(struct address_space *space)
{
    memset(space->directory->entry, 0, KERNEL_DIRECTORY_INDEX * sizeof(page_entry_t));
    space->pool_used = 0;
    cpu_set_cr3(cpu_cr3()); /* this may be the address space in use: forget its translations */
}

page_entry_t *addrspace_entry(const struct address_space *space, vaddr_t address)
{
    page_entry_t directory_entry = space->directory->entry[paging_directory_index(address)];
    struct page_table *table = paging_virtual(directory_entry & PAGE_ADDRESS);

    return directory_entry & PAGE_PRESENT ? &table->entry[paging_table_index(address)] : NULL;
}

/* The directory entry allows everything; the page's own entry decides. */
static page_entry_t *entry_to_write(struct address_space *space, vaddr_t address)
{
    page_entry_t *directory_entry = &space->directory->entry[paging_directory_index(address)];

    if (!(*directory_entry & PAGE_PRESENT)) {
        if (space->pool_used == space->pool_size)
            return NULL;
        /* Cleared when it is taken, not when all are given back: that could be hundreds at once. */
        memset(&space->pool[space->pool_used], 0, sizeof *space->pool);
        *directory_entry = paging_physical(&space->pool[space->pool_used++]) | PAGE_PRESENT |
                           PAGE_WRITE | PAGE_USER;
    }
    return addrspace_entry(space, address);
}

bool addrspace_map(struct address_space *space, vaddr_t address, paddr_t frame, page_entry_t flags)
{
    page_entry_t *entry = entry_to_write(space, address);

    if (!entry)
        return false;
    *entry = frame | PAGE_PRESENT | PAGE_USER | flags;
    paging_invalidate(address);
    return true;
}

bool addrspace_reserve(struct address_space *space, vaddr_t address, uint32_t pages)
{
    vaddr_t last = address + (pages - 1) * PAGE_SIZE;
    uint32_t missing = !addrspace_entry(space, address);

    if (paging_directory_index(last) != paging_directory_index(address))
        missing += !addrspace_entry(space, last);
    if (missing > space->pool_size - space->pool_used)
        return false;
    entry_to_write(space, address);
    entry_to_write(space, last);
    return true;
}

void addrspace_unmap(struct address_space *space, vaddr_t address)
{
    page_entry_t *entry = addrspace_entry(space, address);

    if (!entry)
        return;
    *entry = 0;
    paging_invalidate(address);
}

void addrspace_protect(struct address_space *space, vaddr_t address, bool writable)
{
    page_entry_t *entry = addrspace_entry(space, address);

    *entry = (*entry & ~(page_entry_t)PAGE_WRITE) | (writable ? PAGE_WRITE : 0);
    paging_invalidate(address);
}
