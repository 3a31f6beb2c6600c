/**
 * @file
 * core: the parts of system_check(), in files of their own. Each returns NULL, or what is wrong.
 */
#ifndef CORE_SYSTEM_CHECKS_H
#define CORE_SYSTEM_CHECKS_H

#include "core/system.h"

/** @return whether a name ends within its field, and is not empty. */
static inline bool system_name_ok(const char *name)
{
    for (uint32_t i = 0; i < SYSTEM_NAME_SIZE; i++)
        if (!name[i])
            return i > 0;
    return false;
}

/** Checks the shared blocks. Call before system_check_areas(). */
const char *system_check_shared(const struct system *system);

/** Checks a partition's areas, each by itself and against one another. */
const char *system_check_areas(const struct system *system, const struct system_partition *p);

/** Checks that no two owners claim the same physical memory, and nobody the hypervisor's. */
const char *system_check_owners(const struct system *system);

/** Checks the channels and the names of their ports. */
const char *system_check_channels(const struct system *system);

/** Checks the signals. */
const char *system_check_signals(const struct system *system);

/** Checks the system's table of the health monitor, and each partition's. */
const char *system_check_health(const struct system *system);

#endif
