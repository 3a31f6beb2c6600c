/**
 * @file
 * core: whether a system description makes sense.
 */
#ifndef CORE_SYSTEM_CHECK_H
#define CORE_SYSTEM_CHECK_H

#include "core/system.h"

/**
 * Checks every number that the hypervisor is going to rely on. Where RAM is, only frame_claim()
 * knows.
 * @return NULL, or what is wrong, as a phrase in English
 */
const char *system_check(const struct system *system);

#endif
