/* virt: address spaces. The upper quarter of each directory is the hypervisor's own, copied: its
 * entries are 4 MiB supervisor pages and global, so they never change and stay in the TLB. */
#include "virt/memory/addrspace.h"

#include "hw/cpu.h"
#include "klib/string.h"

/* Cleared when it is taken, not when all are given back: that could be hundreds at once. */
static struct page_table *take(struct address_space *space)
{
    struct page_pool *pool = space->pool;
    uint16_t index = pool->free;

    if (index == PAGE_TABLE_NONE)
        return NULL;
    pool->free = pool->next[index];
    pool->left--;
    pool->next[index] = space->first;
    space->first = index;
    if (space->tables++ == 0)
        space->last = index;
    memset(&pool->pages[index], 0, sizeof pool->pages[index]);
    return &pool->pages[index];
}

/* All of a space's at once, whatever their number: its list goes in front of the free ones'. */
static void give_back(struct address_space *space)
{
    struct page_pool *pool = space->pool;

    pool->next[space->last] = pool->free;
    pool->free = space->first;
    pool->left += space->tables;
    space->first = space->last = PAGE_TABLE_NONE;
    space->tables = 0;
}

void page_pool_init(struct page_pool *pool, struct page_table *pages, uint32_t count)
{
    *pool = (struct page_pool){.pages = pages, .left = count};
    for (uint32_t i = 0; i < count; i++)
        pool->next[i] = (uint16_t)(i + 1);
    pool->next[count - 1] = PAGE_TABLE_NONE;
}

void addrspace_init(struct address_space *space, struct page_table *directory,
                    struct page_pool *pool)
{
    *space = (struct address_space){
        .directory = directory, .pool = pool, .first = PAGE_TABLE_NONE, .last = PAGE_TABLE_NONE};
    for (uint32_t i = KERNEL_DIRECTORY_INDEX; i < ARRAY_SIZE(directory->entry); i++)
        directory->entry[i] = kernel_page_directory.entry[i];
}

void addrspace_clear(struct address_space *space)
{
    if (space->tables == 0)
        return;
    memset(space->directory->entry, 0, KERNEL_DIRECTORY_INDEX * sizeof(page_entry_t));
    give_back(space);
    if ((cpu_cr3() & PAGE_ADDRESS) == paging_physical(space->directory))
        cpu_set_cr3(cpu_cr3());
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
        struct page_table *table = take(space);

        if (!table)
            return NULL;
        *directory_entry = paging_physical(table) | PAGE_PRESENT | PAGE_WRITE | PAGE_USER;
    }
    return addrspace_entry(space, address);
}

bool addrspace_map(struct address_space *space, vaddr_t address, paddr_t frame, page_entry_t flags,
                   uint32_t pages)
{
    page_entry_t *entry = NULL, value = frame | PAGE_PRESENT | PAGE_USER | flags;

    for (; pages > 0; pages--, address += PAGE_SIZE, value += PAGE_SIZE) {
        entry = addrspace_same_table(entry, address) ? entry + 1 : entry_to_write(space, address);
        if (!entry)
            return false;
        *entry = value;
        paging_invalidate(address);
    }
    return true;
}

uint32_t addrspace_missing(const struct address_space *space, vaddr_t address, uint32_t pages)
{
    vaddr_t last = address + (pages - 1) * PAGE_SIZE;
    uint32_t missing = !addrspace_entry(space, address);

    if (paging_directory_index(last) != paging_directory_index(address))
        missing += !addrspace_entry(space, last);
    return missing;
}

bool addrspace_reserve(struct address_space *space, vaddr_t address, uint32_t pages)
{
    vaddr_t last = address + (pages - 1) * PAGE_SIZE;

    if (addrspace_missing(space, address, pages) > space->pool->left)
        return false;
    entry_to_write(space, address);
    entry_to_write(space, last);
    return true;
}

void addrspace_unmap(struct address_space *space, vaddr_t address, uint32_t pages)
{
    page_entry_t *entry = NULL;

    for (; pages > 0; pages--, address += PAGE_SIZE) {
        entry = addrspace_next(space, entry, address);
        if (!entry)
            continue;
        *entry = 0;
        paging_invalidate(address);
    }
}

void addrspace_protect(struct address_space *space, vaddr_t address, bool writable, uint32_t pages)
{
    page_entry_t *entry = NULL, right = writable ? PAGE_WRITE : 0;

    for (; pages > 0; pages--, address += PAGE_SIZE) {
        entry = addrspace_next(space, entry, address);
        *entry = (*entry & ~(page_entry_t)PAGE_WRITE) | right;
        paging_invalidate(address);
    }
}
