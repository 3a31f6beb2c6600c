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

/** Panics with the expression's text when it is false. */
#define assert(expression) \
    ((expression) ? (void)0 : panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #expression))

#endif
