/**
 * @file
 * virt: what an address space is. What can be done to one is in virt/memory/addrspace.h.
 */
#ifndef VIRT_ADDRESS_SPACE_H
#define VIRT_ADDRESS_SPACE_H

#include "hw/paging.h"

enum {
    PAGE_TABLES_MAX = KERNEL_DIRECTORY_INDEX, /**< of a pool: no more can be of use in one space */
    PAGE_TABLE_NONE = 0xFFFF,
};

/** A partition's page tables. Each is in one list: of the free ones, or of an address space. */
struct page_pool {
    struct page_table *pages;
    uint16_t next[PAGE_TABLES_MAX]; /**< the lists: which one comes behind which */
    uint16_t free;                  /**< the first free one, or PAGE_TABLE_NONE */
    uint32_t left;                  /**< how many are free */
};

/** One address space: a directory, and the pool that its page tables come from. */
struct address_space {
    struct page_table *directory;
    struct page_pool *pool;
    uint16_t first, last; /**< its page tables in the pool, or PAGE_TABLE_NONE */
    uint32_t tables;      /**< how many it has */
};

#endif
