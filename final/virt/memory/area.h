/**
 * @file
 * virt: what the areas of a description are made of: RAM of a partition's own, a part of a block
 * that several partitions share, or a device that lives in memory.
 */
#ifndef VIRT_MEMORY_AREA_H
#define VIRT_MEMORY_AREA_H

#include "virt/partition.h"

/**
 * Takes everything that has its place by the description, before frame_alloc() gives that place
 * away; then the shared blocks that may lie anywhere. Panics when a place is not free RAM, or a
 * device's is RAM, with the name.
 */
void area_claim(const struct system *system);

/** Finds out where the areas of a partition lie, and takes RAM for those that have no place. */
void area_place(struct partition *p);

#endif
