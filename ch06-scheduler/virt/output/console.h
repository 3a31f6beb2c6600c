/**
 * @file
 * virt: the partitions' console. Each partition's text waits in a buffer of its own, so that one
 * that prints too much loses its own text and nobody else's; it comes out in whole lines, with the
 * partition's name in front, when nobody needs the CPU.
 */
#ifndef VIRT_OUTPUT_CONSOLE_H
#define VIRT_OUTPUT_CONSOLE_H

#include "klib/types.h"

enum {
    CONSOLE_SIZE = 2048, /**< bytes; a power of two */
    CONSOLE_LINE = 100,  /**< characters; a longer line is broken */
};

/** Text that waits. The indices run freely and are masked at use. */
struct console {
    char text[CONSOLE_SIZE];
    uint32_t head, tail; /**< next to write, next to print */
    uint32_t lines;      /**< line feeds between tail and head */
    uint32_t lost;       /**< characters that found no room */
};

struct partition;

/**
 * Takes a partition's text. Bytes that are not printable ASCII become '?': a partition cannot send
 * control codes to the terminal.
 * @return how many bytes found room
 */
uint32_t console_write(struct console *console, const char *text, uint32_t bytes);

/**
 * Sends the next character, if the port has room: of the hypervisor's own text (hw/uart_queue.h),
 * or of one partition's line, each partition in turn. Else draws a little on the screen. A step is
 * short, so that whoever is idle can stop between two.
 * @return false when there is nothing to send and nothing to draw
 */
bool console_pump(void);

/** Prints all that a partition has written, and how much of it was lost. */
void console_drain(struct partition *p);

#endif
