/**
 * @file
 * virt: the checks of virt/memory/guest_access.h where a call would cost as much again: on the ways
 * of messages and virtual interrupts. Same rules, same answers.
 */
#ifndef VIRT_MEMORY_GUEST_RANGE_H
#define VIRT_MEMORY_GUEST_RANGE_H

#include "virt/memory/addrspace.h"
#include "virt/memory/guest_access.h"
#include "virt/partition.h"

/* Does this page's entry allow a partition all of `wanted`? */
static inline bool guest_page_allows(const struct vcpu *v, vaddr_t address, page_entry_t wanted)
{
    const struct page_table *directory = paging_virtual(v->directory);
    page_entry_t directory_entry = directory->entry[paging_directory_index(address)];
    const struct page_table *table = paging_virtual(directory_entry & PAGE_ADDRESS);

    return (directory_entry & PAGE_PRESENT) &&
           (table->entry[paging_table_index(address)] & wanted) == wanted;
}

/* @param bytes  1 to PAGE_SIZE: they lie in two pages at the most, and the sum wraps only where the
 * first byte is not the partition's either */
static inline __attribute__((always_inline)) bool
guest_range_allows(const struct vcpu *v, vaddr_t address, uint32_t bytes, page_entry_t wanted)
{
    vaddr_t last = address + bytes - 1;

    if (address >= KERNEL_BASE || !guest_page_allows(v, address, wanted))
        return false;
    return (address ^ last) < PAGE_SIZE ||
           (last < KERNEL_BASE && guest_page_allows(v, last, wanted));
}

/** May the partition that runs read so many bytes there? @param bytes  1 to 4096 */
static inline bool guest_may_read(const struct vcpu *v, const void __guest *address, uint32_t bytes)
{
    return guest_range_allows(v, (vaddr_t)address, bytes, PAGE_PRESENT | PAGE_USER);
}

/** May it write there? */
static inline bool guest_may_write(const struct vcpu *v, const void __guest *address,
                                   uint32_t bytes)
{
    return guest_range_allows(v, (vaddr_t)address, bytes, PAGE_PRESENT | PAGE_USER | PAGE_WRITE);
}

/**
 * Pushes a struct bh_trap_return onto the stack of the partition that runs: `vector`, two zeros,
 * and EIP, EFLAGS and ESP of its frame. The processor is asked, not the page tables: CR0.WP is set,
 * and below KERNEL_BASE all pages are partitions', so it refuses what it would refuse the
 * partition. As with the instructions that load a partition's segments, the exception table says
 * where to go on.
 * @param stack  where the lowest word goes
 * @return false when it cannot be written; some of it may be then, below the partition's stack
 */
static inline __attribute__((always_inline)) bool guest_push_frame(vaddr_t stack, uint32_t vector,
                                                                   const struct trap_frame *f)
{
    if (stack > KERNEL_BASE - sizeof(struct bh_trap_return))
        return false;
    __asm__ goto("1: movl %[vector], (%[stack])\n"
                 "2: movl $0, 4(%[stack])\n"
                 "3: movl $0, 8(%[stack])\n\t"
                 "movl %c[eip](%[frame]), %%ecx\n"
                 "4: movl %%ecx, 12(%[stack])\n\t"
                 "movl %c[eflags](%[frame]), %%ecx\n"
                 "5: movl %%ecx, 16(%[stack])\n\t"
                 "movl %c[esp](%[frame]), %%ecx\n"
                 "6: movl %%ecx, 20(%[stack])\n\t"
                 ".pushsection .exception_table, \"a\"\n\t"
                 ".long 1b, %l[refused], 2b, %l[refused], 3b, %l[refused]\n\t"
                 ".long 4b, %l[refused], 5b, %l[refused], 6b, %l[refused]\n\t"
                 ".popsection"
                 :
                 : [vector] "r"(vector), [stack] "r"(stack), [frame] "r"(f),
                   [eip] "i"(offsetof(struct trap_frame, eip)),
                   [eflags] "i"(offsetof(struct trap_frame, eflags)),
                   [esp] "i"(offsetof(struct trap_frame, esp))
                 : "ecx", "memory"
                 : refused);
    return true;
refused:
    return false;
}

/** The hypervisor's own pointer to a range that was checked: good until a partition runs again. */
static inline void *guest_checked(const void __guest *address)
{
    return (void *)(vaddr_t)address;
}

/** Copies bytes to or from a range that was checked. */
static inline void guest_move(void *to, const void *from, uint32_t bytes)
{
    uint32_t words = bytes / 4, rest = bytes % 4;

    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    if (rest)
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
}

#endif
