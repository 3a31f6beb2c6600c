/**
 * @file
 * hw: what a trap leaves on the stack, and the processor's names for it (Intel SDM vol. 3A, 6.12
 * and 6.15).
 */
#ifndef HW_TRAP_H
#define HW_TRAP_H

#define TRAP_DIVIDE 0
#define TRAP_DEBUG 1
#define TRAP_NMI 2
#define TRAP_BREAKPOINT 3
#define TRAP_OVERFLOW 4
#define TRAP_BOUND 5
#define TRAP_INVALID_OPCODE 6
#define TRAP_NO_FPU 7
#define TRAP_DOUBLE_FAULT 8
#define TRAP_INVALID_TSS 10
#define TRAP_NOT_PRESENT 11
#define TRAP_STACK 12
#define TRAP_PROTECTION 13
#define TRAP_PAGE_FAULT 14
#define TRAP_FPU 16
#define TRAP_ALIGNMENT 17
#define TRAP_MACHINE_CHECK 18
#define TRAP_SIMD 19

/* Bit n is set when the CPU pushes an error code at vector n: #DF #TS #NP #SS #GP #PF #AC, and two
 * that newer CPUs have (#CP, #SX). */
#define TRAP_HAS_ERROR_CODE 0x40227D00

/* Bits of an error code that names a selector (Intel SDM vol. 3A, 6.13). */
#define TRAP_ERROR_EXTERNAL 0x1 /**< an event from outside was being delivered */
#define TRAP_ERROR_IDT 0x2      /**< the index is a vector */
#define TRAP_ERROR_LDT 0x4      /**< the index is into the LDT, else into the GDT */

#ifndef __ASSEMBLER__

#include "klib/types.h"

/** The machine's state at a trap, lowest address first: pushed by entry.S, then by the CPU. */
struct trap_frame {
    uint32_t gs, fs, es, ds;
    uint32_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax; /**< pushal's order */
    uint32_t vector;
    uint32_t error; /**< 0 where the CPU pushes none */
    uint32_t eip, cs, eflags;
    uint32_t esp, ss; /**< only there when the trap came from another CPL */
};
_Static_assert(sizeof(struct trap_frame) == 76, "entry.S pushes 14 words, the CPU 5");

/** @return the CPL at which the trapped code ran. */
static inline uint32_t trap_cpl(const struct trap_frame *frame)
{
    return frame->cs & 3;
}

/** @return a vector's name, such as "#PF page fault" or "IRQ 0 timer". */
const char *trap_name(uint32_t vector);

/**
 * Prints what happened and where, and an error code in words.
 * @param address  CR2 as it was at a page fault; ignored for other vectors
 */
void trap_print_cause(const struct trap_frame *frame, uint32_t address);

/** Prints trap_print_cause() and the registers. */
void trap_print(const struct trap_frame *frame, uint32_t address);

#endif
#endif
