/**
 * @file
 * klib: the end of the road, for the hypervisor's own mistakes.
 *
 * panic() is for what must not happen in code that we wrote or on a machine that we cannot use. It
 * is never the answer to anything a partition does.
 */
#ifndef KLIB_PANIC_H
#define KLIB_PANIC_H

#include "types.h"

/**
 * Prints a message, the registers as they were at the call and a backtrace, and turns the machine
 * off with a status that says so. Implemented in hw/boot.S and hw/panic.c.
 */
void panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/**
 * Prints who called whom, as addresses that scripts/explain turns into lines.
 * @param eip  where it happened
 * @param ebp  that function's frame pointer; the list ends where it leaves the boot stack
 */
void panic_backtrace(uint32_t eip, uint32_t ebp);

/**
 * What happens after a report, instead of turning the machine off.
 * @param end  called once; when it returns, or fails itself, the machine is turned off
 */
void panic_set_end(void (*end)(void));

/** The end of every report: see panic_set_end(). */
void panic_end(void) __attribute__((noreturn));

/** Panics with the expression's text when it is false. */
#define assert(expression) \
    ((expression) ? (void)0 : panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #expression))

#endif
