/**
 * @file
 * virt: how a lower room tells the health monitor something. Whoever finds that something is wrong
 * only writes it down here; virt/control/monitor.c makes events of it on the way to the next
 * partition, where an action can be taken. Nothing here decides or acts.
 */
#ifndef VIRT_RAISE_H
#define VIRT_RAISE_H

#include "virt/partition.h"

/** What waits for health_take_raised(). */
struct raised {
    volatile bool any;                /**< something waits */
    volatile uint32_t nmis;           /**< how many came since the start */
    volatile uint32_t spurious_lines; /**< bit n: a spurious interrupt at line n */
    struct vcpu *late;                /**< whose slot began late; NULL: nobody's */
    uint32_t late_by;                 /**< ticks of the TSC */
    struct vcpu *no_stack;            /**< who has no stack for an interrupt; NULL: nobody */
};

extern struct raised raised;

/**
 * An NMI, or a spurious interrupt. It comes in the middle of anything.
 * @param vector  TRAP_NMI, or the line's
 */
void raise_machine(uint32_t vector);

/** A slot began too late. @param error  ticks of the TSC */
void raise_late(struct vcpu *v, uint32_t error);

/** A virtual interrupt cannot be pushed onto the stack of the current vCPU: that is its fault. */
void raise_no_stack(struct vcpu *v);

#endif
