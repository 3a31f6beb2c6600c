/**
 * @file
 * core: one timer event, at a value of the TSC. It comes from the local APIC where there is one,
 * else from the PIT.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "klib/types.h"

/** No event. */
#define TIMER_NEVER UINT64_MAX

/** What the timer calls, with interrupts off, when its event is due. @param now  the TSC */
typedef void timer_handler(uint64_t now);

/** Chooses the timer, and what its event calls. */
void timer_init(timer_handler *handler);

/** Ends what timer_init() began: the APIC's frequency is known by then. Prints what was chosen. */
void timer_start(void);

/**
 * Sets when the handler is called next; an earlier setting is forgotten. A deadline in the past
 * comes as soon as interrupts are on.
 * @param deadline  a value of the TSC
 */
void timer_arm(uint64_t deadline);

/** Is it longer than so many ticks of the TSC until the event is due? */
bool timer_leaves(uint32_t ticks);

/** Handles the local APIC's timer interrupt. */
void timer_interrupt(void);

#endif
