/**
 * @file
 * virt: making the partitions of a system.
 */
#ifndef VIRT_LIFE_PARTITION_H
#define VIRT_LIFE_PARTITION_H

#include "core/system.h"

/**
 * Makes all partitions of a system and starts them: memory, address space, image, first registers.
 * Panics when the description or an image cannot be used, with the partition's name.
 */
void partition_init(const struct system *system);

#endif
