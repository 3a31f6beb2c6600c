/**
 * @file
 * hw: the two 8259A interrupt controllers (Intel 8259A data sheet), the second cascaded on the
 * first one's input 2: 16 lines, IRQ 0 to 15.
 */
#ifndef HW_PIC_H
#define HW_PIC_H

#include "klib/types.h"

/**
 * Programs both controllers: IRQ 0 to 15 arrive at vectors 32 to 47, edge triggered, all masked.
 * The BIOS leaves IRQ 0 to 7 at vectors 8 to 15, where the processor's exceptions are.
 */
void pic_init(void);

/** Lets an IRQ through (and the cascade, for one of the second controller). @param irq 0 to 15 */
void pic_unmask(uint32_t irq);

/** Holds an IRQ back. @param irq 0 to 15 */
void pic_mask(uint32_t irq);

/**
 * Is an interrupt that arrived as IRQ 7 or 15 real? A controller whose input fell before the CPU
 * asked answers with its lowest priority, and sets no bit in its in-service register.
 */
bool pic_is_spurious(uint32_t irq);

/**
 * Ends an interrupt: the controller lets the next of the same or lower priority through. A
 * spurious one must not be ended, except at the first controller when the second was spurious.
 */
void pic_end(uint32_t irq);

/** Ends what the first controller saw of a spurious IRQ 15: its cascade input was real. */
void pic_end_spurious(uint32_t irq);

#endif
