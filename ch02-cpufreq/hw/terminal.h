/**
 * @file
 * hw: where text goes: to COM1 and to the screen, as far as the machine has them.
 */
#ifndef HW_TERMINAL_H
#define HW_TERMINAL_H

/** Sends a character to both. The screen shows it when its line is complete. */
void terminal_put(char c);

/** The same for those who have no time to draw: they call screen_step() when they have some. */
void terminal_write(char c);

#endif
