/* virt: checked access to a partition's memory. The check walks the page tables that the CPU is
 * about to use; nobody can change them meanwhile, because the hypervisor owns them and is not
 * interrupted. */
#include "virt/memory/guest_access.h"

#include "klib/string.h"
#include "virt/cpu.h"
#include "virt/memory/addrspace.h"

/* Does this page's entry allow a partition all of `wanted`? */
static inline bool page_allows(vaddr_t address, page_entry_t wanted)
{
    const page_entry_t *entry = addrspace_entry(cpu_this()->current->space, address);

    return entry && (*entry & wanted) == wanted;
}

static inline bool range_allows(vaddr_t address, uint32_t bytes, page_entry_t wanted)
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

bool guest_writable(const void __guest *address, uint32_t bytes)
{
    return range_allows((vaddr_t)address, bytes, PAGE_PRESENT | PAGE_USER | PAGE_WRITE);
}

bool guest_copy_out(void __guest *to, const void *from, uint32_t bytes)
{
    if (!range_allows((vaddr_t)to, bytes, PAGE_PRESENT | PAGE_USER | PAGE_WRITE))
        return false;
    memcpy((void *)(vaddr_t)to, from, bytes);
    return true;
}

/* Page by page: nobody knows where it ends, and on the page behind its end nothing need be
 * readable.
 */
int32_t guest_string_in(char *to, const char __guest *from, uint32_t size)
{
    uint32_t copied = 0;

    for (uint32_t i = 0; i < size; i++) {
        if (i == copied) {
            uint32_t rest = PAGE_SIZE - ((vaddr_t)from + i) % PAGE_SIZE;

            copied += rest < size - i ? rest : size - i;
            if (!guest_copy_in(&to[i], from + i, copied - i))
                return -1;
        }
        if (!to[i])
            return (int32_t)i;
    }
    return -1;
}
