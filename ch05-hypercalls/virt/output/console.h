/**
 * @file
 * virt: the partitions' console. Each partition's text comes out in whole lines, with its name in
 * front, so that two partitions cannot mix theirs or pretend to be one another.
 */
#ifndef VIRT_OUTPUT_CONSOLE_H
#define VIRT_OUTPUT_CONSOLE_H

#include "klib/types.h"

enum { CONSOLE_LINE = 100 /**< characters; a longer line is broken */ };

/** A line that is not complete yet. */
struct console {
    char text[CONSOLE_LINE + 1];
    uint32_t length;
};

/**
 * Takes a partition's text; prints each line when it is complete. Bytes that are not printable
 * ASCII appear as '?': a partition cannot send control codes to the terminal.
 */
void console_write(struct console *console, const char *name, const char *text, uint32_t bytes);

/** Prints what is there of an incomplete line. */
void console_flush(struct console *console, const char *name);

#endif
