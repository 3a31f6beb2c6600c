/**
 * @file
 * klib: what every other room may assume. No hardware, no partitions.
 *
 * Physical and virtual addresses are both 32-bit numbers, and mixing them up is the classic bug of
 * a kernel's first week. Each has its own name, so that a prototype says which one it wants; only
 * hw/paging.h turns one into the other.
 */
#ifndef KLIB_TYPES_H
#define KLIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t paddr_t; /**< physical address, in bytes */
typedef uint32_t vaddr_t; /**< virtual (linear) address, in bytes */

/** Number of elements of an array object (not of a pointer). */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/** @return x rounded down to a multiple of align, which is a power of two. */
static inline uint32_t align_down(uint32_t x, uint32_t align)
{
    return x & ~(align - 1);
}

/** @return x rounded up to a multiple of align (a power of two); wraps to 0 past 4 GiB. */
static inline uint32_t align_up(uint32_t x, uint32_t align)
{
    return align_down(x + align - 1, align);
}

#endif
