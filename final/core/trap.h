/**
 * @file
 * core: external interrupts, and traps of the hypervisor itself.
 */
#ifndef CORE_TRAP_H
#define CORE_TRAP_H

#include "hw/trap.h"

/**
 * What is called for what is nobody's: an NMI (vector TRAP_NMI), and a spurious interrupt, with its
 * line's vector. It runs in the middle of anything, on a few bytes of stack, and may only take
 * notes.
 */
typedef void machine_event_handler(uint32_t vector);

/** Sets that handler. */
void trap_set_machine_event_handler(machine_event_handler *handler);

/** Calls it. */
void trap_machine_event(uint32_t vector);

/** Sets what handles the local APIC's timer interrupt when it meets the hypervisor itself. */
void trap_set_timer_handler(void (*handler)(void));

/** Handles an external interrupt; end of interrupt is signalled for it. */
typedef void irq_handler(void);

/** Sets the handler of an IRQ and lets it through. @param irq 0 to 15 */
void irq_set_handler(uint32_t irq, irq_handler *handler);

/** Handles an interrupt line of a partition: masks it. @param irq 0 to 15 */
typedef void irq_line_handler(uint32_t irq);

/** Says which lines are partitions' (bit n: IRQ n), and who handles them. They stay masked. */
void irq_set_line_handler(uint32_t of_partitions, irq_line_handler *handler);

/** Handles an interrupt line: spurious or not, its end, its handler. @param irq 0 to 15 */
void irq_dispatch(uint32_t irq);

/** @return how many spurious interrupts came at IRQ 7 and 15 together. */
uint32_t irq_spurious_count(void);

#endif
