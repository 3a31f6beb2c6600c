/* virt: the partitions' consoles. */
#include "virt/output/console.h"

#include "hw/screen.h"
#include "hw/terminal.h"
#include "hw/uart.h"
#include "hw/uart_queue.h"
#include "klib/printf.h"

uint32_t console_write(struct console *console, const char *text, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        char c = text[i];

        if (console->head - console->tail == CONSOLE_SIZE) {
            console->lost += bytes - i;
            return i;
        }
        if (c == '\n')
            console->lines++;
        else if (c < ' ' || c > '~')
            c = '?';
        console->text[console->head++ % CONSOLE_SIZE] = c;
    }
    return bytes;
}

/* The line that is being sent: a name in brackets, then text up to its line feed. */
static struct {
    struct partition *partition; /* NULL: no line is being sent */
    const char *prefix;          /* what is left of "[name] " */
    uint32_t column;
} line;

static bool has_line(const struct console *console)
{
    return console->lines || console->head - console->tail == CONSOLE_SIZE;
}

static void begin_line(struct partition *p)
{
    line.partition = p;
    line.prefix = p->prefix;
    line.column = 0;
}

/* @return the line's next character; its last is a line feed. */
static char next_character(void)
{
    struct console *console = &line.partition->console;
    char c = '\n';

    if (*line.prefix)
        return *line.prefix++;
    if (line.column < CONSOLE_LINE && console->head != console->tail)
        c = console->text[console->tail++ % CONSOLE_SIZE];
    if (c == '\n') {
        /* The line feed was the partition's, or is ours because its line was cut. */
        console->lines -= line.column < CONSOLE_LINE && console->lines;
        line.partition = NULL;
    }
    line.column++;
    return c;
}

/* Each partition in turn. */
static struct partition *find_line(void)
{
    static uint32_t next;
    uint32_t count = partition_count();

    for (uint32_t i = 0; i < count; i++) {
        struct partition *p = partition_get(next);

        next = next + 1 < count ? next + 1 : 0;
        if (has_line(&p->console))
            return p;
    }
    return NULL;
}

bool console_send(void)
{
    if (!uart_ready()) {
        screen_step();
        return true;
    }
    if (line.partition) {
        terminal_write(next_character());
        return true;
    }
    return uart_queue_pump();
}

bool console_begin_line(void)
{
    struct partition *p = find_line();

    if (p)
        begin_line(p);
    return p;
}

void console_drain(struct partition *p)
{
    while (line.partition)
        terminal_put(next_character());
    uart_queue_flush();
    while (p->console.head != p->console.tail) {
        begin_line(p);
        while (line.partition)
            terminal_put(next_character());
    }
    if (p->console.lost)
        printf("[%s] (and %u characters more, which found no room)\n", p->config->name,
               p->console.lost);
    p->console.lost = 0;
}
