/**
 * @file
 * virt: the partitions' console. Each partition's text waits in a buffer of its own, so that one
 * that prints too much loses its own text and nobody else's; it comes out in whole lines, with the
 * partition's name in front, when nobody needs the CPU.
 */
#ifndef VIRT_OUTPUT_CONSOLE_H
#define VIRT_OUTPUT_CONSOLE_H

#include "virt/partition.h"

enum { CONSOLE_LINE = 100 /**< characters; a longer line is broken */ };

/**
 * Takes a partition's text. Bytes that are not printable ASCII become '?': a partition cannot send
 * control codes to the terminal.
 * @return how many bytes found room
 */
uint32_t console_write(struct console *console, const char *text, uint32_t bytes);

/**
 * Sends the next character of what has begun, if the port has room: of a partition's line, or of
 * the hypervisor's own text (hw/uart_queue.h). Draws a little on the screen while the port has
 * none. A step is short, so that whoever is idle can stop between two.
 * @return false when nothing has begun
 */
bool console_send(void);

/** Begins the next line: each partition's in turn. @return false when no partition has one */
bool console_begin_line(void);

/** Prints all that a partition has written, and how much of it was lost. */
void console_drain(struct partition *p);

#endif
