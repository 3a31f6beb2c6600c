/**
 * @file
 * core: one timer event, at a value of the TSC, made of the PIT's one-shot mode.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "klib/types.h"

/** No event. */
#define TIMER_NEVER UINT64_MAX

/** Takes IRQ 0 over. @param handler  called, with interrupts off, when the event is due */
void timer_init(void (*handler)(void));

/**
 * Sets when the handler is called next; an earlier setting is forgotten. A deadline in the past
 * comes as soon as interrupts are on.
 * @param deadline  a value of the TSC
 */
void timer_arm(uint64_t deadline);

#endif
