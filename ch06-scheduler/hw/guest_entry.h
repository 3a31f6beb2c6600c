/**
 * @file
 * hw: how entry.S leaves a partition and returns to one.
 */
#ifndef HW_GUEST_ENTRY_H
#define HW_GUEST_ENTRY_H

/* Offsets into struct entry_state, for entry.S. */
#define ENTRY_CS 60
#define ENTRY_STACK 76

#ifndef __ASSEMBLER__

#include "hw/trap.h"

/**
 * Where a partition's state lies while the hypervisor runs. TSS.esp0 points behind `frame`, so the
 * CPU and entry.S push straight into it; then entry.S changes to the CPU's own stack.
 */
struct entry_state {
    uint8_t slack[512]; /**< for an NMI or #DB before the stack is changed */
    struct trap_frame frame;
    uint32_t stack; /**< top of the CPU's stack */
};
_Static_assert(offsetof(struct trap_frame, cs) == ENTRY_CS, "entry.S counts on it");
_Static_assert(offsetof(struct entry_state, stack) - offsetof(struct entry_state, frame) ==
                   ENTRY_STACK,
               "entry.S counts on it");

/** An instruction that may fault on what a partition left us, and where to go on then. */
struct exception_entry {
    uint32_t address, fixup;
};

/** The instructions of that kind; the linker collects them. */
extern const struct exception_entry exception_table_start[], exception_table_end[];

/**
 * Handles a trap or interrupt that came out of a partition (virt/call/guest_trap.c).
 * @param frame  the current vCPU's frame
 * @return the frame to return to: a partition's, not always the same one's
 */
struct trap_frame *guest_trap(struct trap_frame *frame);

/**
 * The state in the current vCPU's frame could not be loaded (virt/call/guest_trap.c).
 * @return the frame to return to instead
 */
struct trap_frame *guest_return_failed(void);

/** Loads a partition's state and runs it, from a C function that is done with its stack. */
void entry_return(struct trap_frame *frame) __attribute__((noreturn));

#endif
#endif
