/**
 * @file
 * virt: the trace on the console, at the end of a run.
 */
#ifndef VIRT_OUTPUT_TRACE_PRINT_H
#define VIRT_OUTPUT_TRACE_PRINT_H

#include "core/system.h"

/** Remembers whether trace_print() is to print, and what system. */
void trace_print_init(const struct system *system, bool print);

/** Prints all rings with what tools/ need to understand them, if trace_print_init() was told to. */
void trace_print(void);

#endif
