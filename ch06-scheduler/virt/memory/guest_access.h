/**
 * @file
 * virt: the only way to a partition's memory.
 *
 * A pointer from a partition is a number until it was checked: its range must not wrap, must end
 * below the hypervisor, and each of its pages must be one that the partition itself may use that
 * way. What is read is copied once, before anything is decided by it, so that nobody can change it
 * in between. All functions mean the partition whose address space is loaded.
 */
#ifndef VIRT_MEMORY_GUEST_ACCESS_H
#define VIRT_MEMORY_GUEST_ACCESS_H

#include "klib/types.h"

/* sparse sees pointers of a partition as an address space of its own: using one directly is an
 * error under `make lint`. Compilers see an ordinary pointer. */
#ifdef __CHECKER__
#define __guest __attribute__((noderef, address_space(1)))
#else
#define __guest
#endif

/**
 * Makes a pointer of a register's value. Nothing is checked: the functions below do that.
 */
static inline void __guest *guest_pointer(uint32_t value)
{
    return (void __guest *)value;
}

/**
 * Copies from the partition.
 * @param bytes  at most what `to` has room for
 * @return whether the whole range may be read by the partition; if not, nothing is copied
 */
bool guest_copy_in(void *to, const void __guest *from, uint32_t bytes);

/**
 * Copies to the partition.
 * @return whether the whole range may be written by the partition; if not, nothing is copied
 */
bool guest_copy_out(void __guest *to, const void *from, uint32_t bytes);

/**
 * Copies a text that ends with a NUL.
 * @param size  of `to`, in bytes
 * @return its length, or -1 when it leads out of readable memory or does not fit
 */
int32_t guest_string_in(char *to, const char __guest *from, uint32_t size);

#endif
