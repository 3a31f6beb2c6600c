/**
 * @file
 * virt: an experiment: a partition at CPL 1 behind a segment limit, as PRTOS, XtratuM and 32-bit
 * Xen did it.
 */
#ifndef VIRT_CALL_RING1_H
#define VIRT_CALL_RING1_H

/** Prepares the experiment: the partition `hostile` alone, at CPL 1. Panics without it. */
void ring1_init(void);

#endif
