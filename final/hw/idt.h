/**
 * @file
 * hw: the interrupt descriptor table (Intel SDM vol. 3A, 6.10 to 6.12): which code runs at each of
 * 256 vectors.
 *
 * There are four kinds of gate. A call gate cannot stand in the IDT. A *task gate* switches to
 * another TSS and stack; we use it where the current stack cannot be trusted. An *interrupt gate*
 * clears IF on entry, so that nothing nests; a *trap gate* leaves IF as it was.
 */
#ifndef HW_IDT_H
#define HW_IDT_H

#include "klib/types.h"

enum {
    IDT_ENTRIES = 256,
    IDT_EXCEPTIONS = 32, /**< vectors 0 to 31 belong to the processor */
    IDT_IRQ_BASE = 32,   /**< the 8259s deliver IRQ 0 to 15 at vectors 32 to 47 */
    IDT_IRQS = 16,
};

/** Type field of a gate (Intel SDM vol. 3A, table 3-2). */
enum gate_type {
    GATE_TASK = 0x5,
    GATE_INTERRUPT = 0xE,
    GATE_TRAP = 0xF,
};

/** A gate descriptor (Intel SDM vol. 3A, figure 6-2). */
struct gate_descriptor {
    uint16_t offset_low;
    uint16_t selector; /**< code segment of the handler; for a task gate, the TSS */
    uint8_t zero;
    uint8_t type; /**< P (bit 7), DPL (6, 5), enum gate_type (3 to 0) */
    uint16_t offset_high;
};
_Static_assert(sizeof(struct gate_descriptor) == 8, "Intel SDM vol. 3A, figure 6-2");

extern struct gate_descriptor idt[IDT_ENTRIES];

/**
 * Fills the table and loads it: every vector has a way into trap_dispatch(). Of the exceptions
 * only int3 and into may be raised by a partition's own instruction (DPL 3).
 */
void idt_init(void);

/**
 * Changes the kind and the privilege of a vector's gate; it still leads into trap_dispatch().
 * @param type  GATE_INTERRUPT or GATE_TRAP
 * @param dpl   the highest CPL that may use the vector with an `int` instruction
 */
void idt_set_gate(uint8_t vector, enum gate_type type, uint8_t dpl);

/** Makes a vector a task gate. @param tss  selector of the TSS to switch to */
void idt_set_task_gate(uint8_t vector, uint16_t tss);

#endif
