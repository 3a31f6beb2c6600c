/**
 * @file
 * hw: the console on a screen: characters in VGA's text memory, or dots in a framebuffer that the
 * loader has set up (Multiboot Specification 0.6.96, 3.3).
 *
 * What is to be seen is kept as characters, and drawing is apart from that: it goes in small steps,
 * for those who have little time. Video memory is slow to read and is only written.
 */
#ifndef HW_SCREEN_H
#define HW_SCREEN_H

#include "hw/multiboot.h"
#include "klib/types.h"

/**
 * Finds the screen. What was printed before is shown as well.
 * @param info  from the loader: nothing in it is believed that would lead out of the window
 */
void screen_init(const struct multiboot_info *info);

/** Adds a character to what is to be seen; line feed, tab, and wrapped lines. Draws nothing. */
void screen_put(char c);

/**
 * Draws a little: a character of text, or one row of dots of one.
 * @return false if there was nothing left to draw
 */
bool screen_step(void);

/** Draws all that is left. */
void screen_flush(void);

#endif
