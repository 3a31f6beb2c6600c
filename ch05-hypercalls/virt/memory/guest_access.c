/* virt: checked access to a partition's memory. The check walks the page tables that the CPU is
 * about to use; nobody can change them meanwhile, because the hypervisor owns them and is not
 * interrupted. */
#include "virt/memory/guest_access.h"

#include "klib/string.h"
#include "virt/cpu.h"
#include "virt/memory/addrspace.h"

/* Does this page's entry allow a partition all of `wanted`? */
static bool page_allows(vaddr_t address, page_entry_t wanted)
{
    const page_entry_t *entry = addrspace_entry(&cpu_this()->current->partition->space, address);

    return entry && (*entry & wanted) == wanted;
}

static bool range_allows(vaddr_t address, uint32_t bytes, page_entry_t wanted)
{
    if (address >= KERNEL_BASE || bytes > KERNEL_BASE - address)
        return false;
    if (!bytes)
        return true;
    for (vaddr_t page = align_down(address, PAGE_SIZE); page < address + bytes; page += PAGE_SIZE)
        if (!page_allows(page, wanted))
            return false;
    return true;
}

bool guest_copy_in(void *to, const void __guest *from, uint32_t bytes)
{
    if (!range_allows((vaddr_t)from, bytes, PAGE_PRESENT | PAGE_USER))
        return false;
    memcpy(to, (const void *)(vaddr_t)from, bytes);
    return true;
}

bool guest_copy_out(void __guest *to, const void *from, uint32_t bytes)
{
    if (!range_allows((vaddr_t)to, bytes, PAGE_PRESENT | PAGE_USER | PAGE_WRITE))
        return false;
    memcpy((void *)(vaddr_t)to, from, bytes);
    return true;
}

int32_t guest_string_in(char *to, const char __guest *from, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        /* Byte by byte: nobody knows where it ends, and behind its end nothing need be readable. */
        if (!guest_copy_in(&to[i], from + i, 1))
            return -1;
        if (!to[i])
            return (int32_t)i;
    }
    return -1;
}
