/* bhc: messages. A user corrects a file from top to bottom, so they come in the order of its lines,
 * whatever the order of the checks that found them. */
#include "diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at s that are safe on a terminal; 0 if it is broken or a control. */
static size_t printable_bytes(const unsigned char *s)
{
    size_t length = *s < 0x80 ? 1 : *s >= 0xF0 ? 4 : *s >= 0xE0 ? 3 : 2;

    if (*s < 0x20 || *s == 0x7F || (*s >= 0x80 && *s < 0xC2) || *s > 0xF4)
        return 0;
    if (*s == 0xC2 && s[1] < 0xA0) /* U+0080 to U+009F begin escape sequences */
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

/* Messages quote the file, and a file may hold anything. */
static void make_printable(char *text)
{
    unsigned char *s = (unsigned char *)text;

    while (*s) {
        size_t length = printable_bytes(s);

        if (length == 0)
            *s = '?';
        s += length ? length : 1;
    }
}

__attribute__((format(printf, 4, 0))) static void
add(struct diag *diag, unsigned line, bool warning, const char *format, va_list args)
{
    struct diag_message *message;

    if (diag->kept == DIAG_KEPT)
        return;
    message = &diag->messages[diag->kept];
    message->line = line ? line : 1;
    message->order = diag->kept++;
    message->warning = warning;
    vsnprintf(message->text, sizeof message->text, format, args);
    make_printable(message->text);
}

void diag_error(struct diag *diag, unsigned line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(diag, line, false, format, args);
    va_end(args);
    diag->errors++;
}

void diag_warning(struct diag *diag, unsigned line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(diag, line, true, format, args);
    va_end(args);
    diag->warnings++;
}

static int compare(const void *a, const void *b)
{
    const struct diag_message *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

void diag_print(struct diag *diag, FILE *out)
{
    unsigned shown = 0;

    qsort(diag->messages, diag->kept, sizeof *diag->messages, compare);
    for (unsigned i = 0; i < diag->kept && shown < DIAG_SHOWN; i++) {
        const struct diag_message *message = &diag->messages[i];

        fprintf(out, "%s:%u: %s: %s\n", diag->file, message->line,
                message->warning ? "warning" : "error", message->text);
        shown++;
    }
    if (diag->errors + diag->warnings > DIAG_SHOWN)
        fprintf(out, "%s: %u more %s are not shown\n", diag->file,
                diag->errors + diag->warnings - DIAG_SHOWN, diag->errors ? "errors" : "warnings");
}
