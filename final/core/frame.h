/**
 * @file
 * core: physical memory, handed out in 4 KiB frames while the system starts.
 *
 * There is no way to give a frame back. Whatever runs, runs in memory that it got at the start.
 */
#ifndef CORE_FRAME_H
#define CORE_FRAME_H

#include "hw/paging.h"

/** Reserves everything below the image's end; call after memmap_init(). */
void frame_init(void);

/**
 * Takes a range out of what frame_alloc() may give, such as a boot module.
 * @param base, size  bytes, rounded outwards to whole frames
 * Panics when more than 64 ranges are reserved.
 */
void frame_reserve(paddr_t base, uint32_t size);

/**
 * @param count  frames wanted, side by side
 * @return the first one's physical address; all are filled with zeros
 * Panics when no such stretch is left.
 */
paddr_t frame_alloc(uint32_t count);

/**
 * Takes a range that has its place by the system description.
 * @param base, size  bytes, whole frames
 * @return whether it is RAM that nobody else has; if so, it is filled with zeros
 */
bool frame_claim(paddr_t base, uint32_t size);

/** @return frames given out so far. */
uint32_t frame_used(void);

#endif
