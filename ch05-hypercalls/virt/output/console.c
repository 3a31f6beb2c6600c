/* virt: line-buffered consoles. */
#include "virt/output/console.h"

#include "klib/printf.h"

void console_flush(struct console *console, const char *name)
{
    if (!console->length)
        return;
    console->text[console->length] = '\0';
    console->length = 0;
    printf("[%s] %s\n", name, console->text);
}

void console_write(struct console *console, const char *name, const char *text, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        char c = text[i];

        if (c != '\n')
            console->text[console->length++] = c >= ' ' && c <= '~' ? c : '?';
        if (c == '\n' || console->length == CONSOLE_LINE)
            console_flush(console, name);
    }
}
