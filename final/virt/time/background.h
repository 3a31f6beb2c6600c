/**
 * @file
 * virt: who has the time that no slot assigns. Partitions with a background priority take it, the
 * highest of those that can run, and it is taken from them as soon as a higher one can, or a slot
 * begins.
 */
#ifndef VIRT_TIME_BACKGROUND_H
#define VIRT_TIME_BACKGROUND_H

#include "virt/cpu.h"

/** Orders the partitions of a system that have a priority. Call after partition_init(). */
void background_init(const struct system *system);

/**
 * Finds out who has the processor in unassigned time. Here there is a search: it costs nobody's
 * slot anything.
 * @param[in,out] until  lowered to when somebody of a higher priority may want it
 * @param[out] lines    when there is nobody: interrupt lines that may bring somebody
 * @return a partition that can run, or NULL
 */
struct vcpu *background_choose(struct cpu *cpu, uint64_t *until, uint32_t *lines);

#endif
