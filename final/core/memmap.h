/**
 * @file
 * core: which physical memory the machine has, as the loader tells it.
 */
#ifndef CORE_MEMMAP_H
#define CORE_MEMMAP_H

#include "hw/multiboot.h"

/** A range of physical memory. 64 bits: a map may speak of memory that we cannot use. */
struct memmap_range {
    uint64_t base, length; /**< bytes */
    uint32_t type;         /**< MULTIBOOT_MEMORY_AVAILABLE, or some kind of reserved */
};

/**
 * Copies the loader's map, at most 32 ranges of it.
 * Panics when there is none, when an entry lies about its size, or when the RAM that holds us ends
 * less than 1 MiB behind our image.
 */
void memmap_init(const struct multiboot_info *info);

/** @return range i, or NULL behind the last. */
const struct memmap_range *memmap_range(uint32_t i);

/**
 * @return the first address behind the highest RAM that the linear map can reach, page-aligned.
 */
paddr_t memmap_ram_end(void);

/** @return whether any of a range is RAM. */
bool memmap_has_ram(paddr_t base, uint32_t size);

/** Prints the map, a line a range. */
void memmap_print(void);

#endif
