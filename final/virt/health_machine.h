/**
 * @file
 * virt: what the health monitor hears of the machine, and what becomes of the hypervisor's own
 * failure. An NMI comes in the middle of anything, so it only leaves a note, which becomes an event
 * where an action can be taken.
 */
#ifndef VIRT_HEALTH_MACHINE_H
#define VIRT_HEALTH_MACHINE_H

#include "klib/types.h"

/** Something waits for health_take_notes(). */
extern volatile bool health_has_notes;

/** Listens to the machine, and to panics. */
void health_machine_init(void);

/** Makes events of the NMIs and spurious interrupts since the last call. */
void health_take_notes(void);

/** Call often, where an action can be taken. */
static inline void health_check(void)
{
    if (health_has_notes)
        health_take_notes();
}

#endif
