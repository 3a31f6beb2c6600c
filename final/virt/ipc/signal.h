/**
 * @file
 * virt: signals. A signal is a virtual interrupt that one partition may raise at another, by the
 * description, and tells nothing else; it is raised whether the other one is there to see it or
 * not.
 */
#ifndef VIRT_IPC_SIGNAL_H
#define VIRT_IPC_SIGNAL_H

#include "virt/partition.h"

/** Makes the signals of a system. */
void signal_init(const struct system *system);

/** Finds one of the signals that a partition may raise. @return its number, or BH_ENOENT */
int32_t signal_open(const struct partition *p, const char *name);

/** Raises it. @return BH_OK; BH_EINVAL: not a number that signal_open() gave this partition */
int32_t signal_raise(const struct partition *p, uint32_t number);

#endif
