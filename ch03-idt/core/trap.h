/**
 * @file
 * core: who handles which trap.
 */
#ifndef CORE_TRAP_H
#define CORE_TRAP_H

#include "hw/trap.h"

/** Handles a trap; what it writes into the frame is loaded when it returns. */
typedef void trap_handler(struct trap_frame *frame);

/** Sets an exception's (or a software interrupt's) handler; without one the trap is reported and
 * ends the run. */
void trap_set_handler(uint8_t vector, trap_handler *handler);

/** Handles an external interrupt; end of interrupt is signalled for it. */
typedef void irq_handler(void);

/** Sets the handler of an IRQ and lets it through. @param irq 0 to 15 */
void irq_set_handler(uint32_t irq, irq_handler *handler);

/** @return how many spurious interrupts came at IRQ 7 and 15 together. */
uint32_t irq_spurious_count(void);

#endif
