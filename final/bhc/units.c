/* bhc: numbers with units, in both directions. Nothing here knows of XML. */
#include "units.h"

#include "limits.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t factor;
};

/* What people write, and what they mean. */
struct slip {
    const char *wrong, *right;
};

struct dimension {
    const char *example;
    struct unit units[5]; /* ends with a NULL name */
    struct slip slips[12];
};

static const struct dimension time_dimension = {
    "10ms",
    {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {NULL, 0}},
    {{"\302\265s", "us"},
     {"\316\274s", "us"},
     {"usec", "us"},
     {"msec", "ms"},
     {"sec", "s"},
     {"NS", "ns"},
     {"US", "us"},
     {"MS", "ms"},
     {"S", "s"},
     {NULL, NULL}},
};

static const struct dimension size_dimension = {
    "64KiB",
    {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {NULL, 0}},
    {{"KB", "KiB"},
     {"kB", "KiB"},
     {"K", "KiB"},
     {"k", "KiB"},
     {"MB", "MiB"},
     {"M", "MiB"},
     {"GB", "GiB"},
     {"G", "GiB"},
     {"b", "B"},
     {NULL, NULL}},
};

__attribute__((format(printf, 2, 3))) static bool not_a_value(struct why *why, const char *format,
                                                              ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return false;
}

/* Reads digits of a base. @return what follows them, or NULL if the number passes 2^63. */
static const char *read_digits(const char *text, uint64_t base, uint64_t *number)
{
    static const char digits[] = "0123456789abcdef";

    *number = 0;
    for (; *text; text++) {
        const char *digit = strchr(digits, tolower((unsigned char)*text));

        if (!digit || (uint64_t)(digit - digits) >= base)
            break;
        if (*number > (UINT64_MAX >> 1) / base - base)
            return NULL;
        *number = *number * base + (uint64_t)(digit - digits);
    }
    return text;
}

static bool is_hexadecimal(const char *text)
{
    return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

static bool refuse_unit(const struct dimension *dimension, uint64_t number, const char *unit,
                        struct why *why)
{
    const struct unit *u = dimension->units;

    if (*unit == '\0')
        return not_a_value(why, "has no unit: write a number with %s, %s, %s or %s, such as %s",
                           u[0].name, u[1].name, u[2].name, u[3].name, dimension->example);
    if (*unit == '.' || *unit == ',')
        return not_a_value(why,
                           "has a fraction: write a whole number of a smaller unit, such as %s",
                           dimension->example);
    for (const struct slip *slip = dimension->slips; slip->wrong; slip++)
        if (!strcmp(unit, slip->wrong))
            return not_a_value(why, "has the unknown unit %s: write %" PRIu64 "%s", unit, number,
                               slip->right);
    return not_a_value(why, "has the unknown unit %.20s: write %s, %s, %s or %s", unit, u[0].name,
                       u[1].name, u[2].name, u[3].name);
}

/* @return the number in the dimension's first unit. */
static bool read_dimension(const char *text, const struct dimension *dimension, uint64_t *result,
                           struct why *why)
{
    uint64_t number;
    const char *unit;

    if (strchr(text, ' '))
        return not_a_value(why, "has a blank in it: write number and unit in one word, such as %s",
                           dimension->example);
    if (is_hexadecimal(text))
        return not_a_value(why, "is hexadecimal: write a decimal number with its unit, such as %s",
                           dimension->example);
    if (!isdigit((unsigned char)*text))
        return not_a_value(why, "is not a number: write a whole number with its unit, such as %s",
                           dimension->example);
    unit = read_digits(text, 10, &number);
    if (!unit)
        return not_a_value(why, "is too large a number: use a larger unit, or a smaller value");
    for (const struct unit *u = dimension->units; u->name; u++) {
        if (strcmp(unit, u->name))
            continue;
        if (number > UINT64_MAX / u->factor)
            return not_a_value(why, "is too large a number: write a smaller value");
        *result = number * u->factor;
        return true;
    }
    return refuse_unit(dimension, number, unit, why);
}

bool units_time(const char *text, uint32_t min_us, uint32_t max_us, uint32_t *us, struct why *why)
{
    uint64_t ns;

    if (!read_dimension(text, &time_dimension, &ns, why))
        return false;
    if (ns % 1000)
        return not_a_value(
            why, "is not a whole number of microseconds: write %" PRIu64 "us or %" PRIu64 "us",
            ns / 1000, ns / 1000 + 1);
    if (ns == 0 && min_us > 0)
        return not_a_value(why, "is zero: write at least %s", time_word(min_us).s);
    if (ns / 1000 < min_us)
        return not_a_value(why, "is too short: write at least %s", time_word(min_us).s);
    if (ns / 1000 > max_us)
        return not_a_value(why, "is too long: write at most %s", time_word(max_us).s);
    *us = (uint32_t)(ns / 1000);
    return true;
}

bool units_pages(const char *text, uint64_t max, uint64_t *bytes, struct why *why)
{
    if (!read_dimension(text, &size_dimension, bytes, why))
        return false;
    if (*bytes == 0)
        return not_a_value(why, "is zero: write at least 4KiB, or remove the element");
    if (*bytes > max)
        return not_a_value(why, "is too large: write at most %s", size_word(max).s);
    if (*bytes % PAGE_BYTES)
        return not_a_value(why, "is not a whole number of 4 KiB pages: write %s",
                           size_word((*bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES).s);
    return true;
}

/* A number in either base, of at most max. */
static bool read_number(const char *text, uint32_t max, const char *kind, const char *example,
                        uint32_t *number, struct why *why)
{
    bool hexadecimal = is_hexadecimal(text);
    const char *digits = hexadecimal ? text + 2 : text;
    uint64_t value;
    const char *end = read_digits(digits, hexadecimal ? 16 : 10, &value);

    if (end && (end == digits || *end))
        return not_a_value(why, "is not %s: write it in hexadecimal, such as %s, or in decimal",
                           kind, example);
    if (!end || value > max)
        return not_a_value(why, "is out of range: write at most 0x%" PRIX32, max);
    *number = (uint32_t)value;
    return true;
}

bool units_port(const char *text, uint32_t max, uint32_t *number, struct why *why)
{
    return read_number(text, max, "an I/O port", "0x3F8", number, why);
}

bool units_page_address(const char *text, uint32_t *address, struct why *why)
{
    uint32_t below;

    if (!read_number(text, UINT32_MAX, "an address", "0x00400000", address, why))
        return false;
    below = align_down(*address, PAGE_BYTES);
    if (*address == below)
        return true;
    if (below > UINT32_MAX - PAGE_BYTES)
        return not_a_value(why, "is not a multiple of 4 KiB: write 0x%08" PRIX32, below);
    return not_a_value(why, "is not a multiple of 4 KiB: write 0x%08" PRIX32 " or 0x%08" PRIX32,
                       below, below + PAGE_BYTES);
}

bool units_count(const char *text, uint32_t min, uint32_t max, uint32_t *number, struct why *why)
{
    uint64_t value = 0;
    const char *end = read_digits(text, 10, &value);

    if (end && (end == text || *end))
        return not_a_value(why, "is not a number: write a whole decimal number, such as %" PRIu32,
                           min > 1 ? min : 1);
    if (!end || value < min || value > max)
        return not_a_value(why, "is out of range: write %" PRIu32 " to %" PRIu32, min, max);
    *number = (uint32_t)value;
    return true;
}

struct number_text thousandths_text(uint64_t value)
{
    struct number_text text;
    size_t length;

    snprintf(text.s, sizeof text.s, "%" PRIu64 ".%03" PRIu64, value / 1000, value % 1000);
    length = strlen(text.s);
    while (text.s[length - 1] == '0')
        length--;
    if (text.s[length - 1] == '.')
        length--;
    text.s[length] = '\0';
    return text;
}

struct number_text time_text(uint64_t us)
{
    struct number_text text = {""};

    if (us >= 1000000 && us % 1000000 == 0)
        snprintf(text.s, sizeof text.s, "%" PRIu64 " s", us / 1000000);
    else
        snprintf(text.s, sizeof text.s, "%.20s ms", thousandths_text(us).s);
    return text;
}

/* A multiple of a dimension's first unit, in its largest unit that divides it. */
static struct number_text in_words(const struct dimension *dimension, uint64_t value,
                                   const char *between)
{
    const struct unit *best = dimension->units;
    struct number_text text;

    for (const struct unit *u = dimension->units; u->name; u++)
        if (value >= u->factor && value % u->factor == 0)
            best = u;
    snprintf(text.s, sizeof text.s, "%" PRIu64 "%s%s", value / best->factor, between, best->name);
    return text;
}

struct number_text time_word(uint64_t us)
{
    return us ? in_words(&time_dimension, us * 1000, "") : (struct number_text){"0ms"};
}

struct number_text size_word(uint64_t bytes)
{
    return in_words(&size_dimension, bytes, "");
}

struct number_text size_text(uint64_t bytes)
{
    return in_words(&size_dimension, bytes, " ");
}

struct number_text percent_text(uint64_t part, uint64_t whole)
{
    uint64_t tenths = (part * 1000 + whole / 2) / whole;
    struct number_text text;

    snprintf(text.s, sizeof text.s, "%" PRIu64 ".%" PRIu64 " %%", tenths / 10, tenths % 10);
    return text;
}
