/* hw: one text, two ways out. */
#include "hw/terminal.h"

#include "hw/screen.h"
#include "hw/uart.h"

void terminal_write(char c)
{
    uart_put(c);
    screen_put(c);
}

void terminal_put(char c)
{
    terminal_write(c);
    if (c == '\n')
        screen_flush();
}
