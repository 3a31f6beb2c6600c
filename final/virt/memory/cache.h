/**
 * @file
 * virt: the processor's caches.
 */
#ifndef VIRT_MEMORY_CACHE_H
#define VIRT_MEMORY_CACHE_H

/**
 * Writes all caches back to memory and empties them (Intel SDM vol. 2D, WBINVD). On hardware this
 * takes as long as the caches are full of changed data, up to milliseconds, and nothing interrupts
 * it: whoever may ask for it makes the next slot late by that much.
 */
static inline void cache_flush(void)
{
    __asm__ volatile("wbinvd" : : : "memory");
}

#endif
