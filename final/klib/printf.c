/* klib: printf. One parser for a conversion, one function that pads, one for numbers. Output goes
 * to a struct output, which is either the sink or a buffer with an end. */
#include "klib/printf.h"

#include "klib/math64.h"
#include "klib/string.h"

struct output {
    void (*put)(char c); /* where characters go, or NULL: into the buffer */
    char *buffer;
    size_t size;
    size_t length; /* characters so far, also those that did not fit */
};

/* One conversion, such as %-08llx. */
struct spec {
    bool left, zero;
    int width;
    int precision; /* of %s; negative: none given */
    int longs;     /* how many l: 0 to 2 */
};

static void (*sink)(char c);

void printf_set_sink(void (*put)(char c))
{
    sink = put;
}

static void emit(struct output *out, char c)
{
    if (out->put)
        out->put(c);
    else if (out->length + 1 < out->size)
        out->buffer[out->length] = c;
    out->length++;
}

static void emit_padding(struct output *out, char c, int count)
{
    for (; count > 0; count--)
        emit(out, c);
}

/* Prints prefix ("-" or "0x") and text in the field. Zeros go between the two, blanks around. */
static void emit_field(struct output *out, const struct spec *spec, const char *prefix,
                       const char *text, size_t length)
{
    int pad = spec->width - (int)(strlen(prefix) + length);

    if (!spec->left && !spec->zero)
        emit_padding(out, ' ', pad);
    while (*prefix)
        emit(out, *prefix++);
    if (!spec->left && spec->zero)
        emit_padding(out, '0', pad);
    for (size_t i = 0; i < length; i++)
        emit(out, text[i]);
    if (spec->left)
        emit_padding(out, ' ', pad);
}

static void emit_number(struct output *out, const struct spec *spec, uint64_t value, uint32_t base,
                        bool capitals, const char *prefix)
{
    const char *digits = capitals ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[20]; /* 2^64 has 20 decimal digits */
    size_t first = sizeof text;

    do {
        uint32_t digit;

        value = div64(value, base, &digit);
        text[--first] = digits[digit];
    } while (value);
    emit_field(out, spec, prefix, text + first, sizeof text - first);
}

static void emit_signed(struct output *out, const struct spec *spec, int64_t value)
{
    bool negative = value < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)value : (uint64_t)value;

    emit_number(out, spec, magnitude, 10, false, negative ? "-" : "");
}

static void emit_string(struct output *out, struct spec *spec, const char *s)
{
    size_t length = 0;

    if (!s)
        s = "(null)";
    while ((spec->precision < 0 || length < (size_t)spec->precision) && s[length])
        length++;
    spec->zero = false;
    emit_field(out, spec, "", s, length);
}

static const char *parse_number(const char *p, int *number)
{
    *number = 0;
    while (*p >= '0' && *p <= '9' && *number < 1000)
        *number = *number * 10 + (*p++ - '0');
    return p;
}

/* A va_list inside a structure can be passed on by address on every ABI. */
struct arguments {
    va_list list;
};

/* Reads the flags, the width and the lengths. @return the conversion character's place. */
static const char *parse_spec(const char *p, struct spec *spec, struct arguments *args)
{
    *spec = (struct spec){.precision = -1};
    for (; *p == '-' || *p == '0'; p++) {
        spec->left |= *p == '-';
        spec->zero |= *p == '0';
    }
    if (*p == '*') {
        spec->width = va_arg(args->list, int);
        p++;
        if (spec->width < 0) {
            spec->left = true;
            spec->width = -spec->width;
        }
    } else {
        p = parse_number(p, &spec->width);
    }
    if (*p == '.') {
        p++;
        if (*p == '*') {
            spec->precision = va_arg(args->list, int);
            p++;
        } else {
            p = parse_number(p, &spec->precision);
        }
    }
    for (; *p == 'l' || *p == 'z'; p++)
        spec->longs += *p == 'l';
    return p;
}

static uint64_t next_unsigned(const struct spec *spec, struct arguments *args)
{
    return spec->longs >= 2 ? va_arg(args->list, uint64_t) : va_arg(args->list, unsigned int);
}

static int64_t next_signed(const struct spec *spec, struct arguments *args)
{
    return spec->longs >= 2 ? va_arg(args->list, int64_t) : va_arg(args->list, int);
}

static const char *convert(struct output *out, const char *percent, struct arguments *args)
{
    struct spec spec;
    const char *p = parse_spec(percent + 1, &spec, args);
    char c;

    switch (*p) {
    case 'd':
    case 'i':
        emit_signed(out, &spec, next_signed(&spec, args));
        break;
    case 'u':
        emit_number(out, &spec, next_unsigned(&spec, args), 10, false, "");
        break;
    case 'x':
    case 'X':
        emit_number(out, &spec, next_unsigned(&spec, args), 16, *p == 'X', "");
        break;
    case 'p':
        spec = (struct spec){.zero = true, .width = 10};
        emit_number(out, &spec, (uintptr_t)va_arg(args->list, void *), 16, false, "0x");
        break;
    case 's':
        emit_string(out, &spec, va_arg(args->list, const char *));
        break;
    case 'c':
        c = (char)va_arg(args->list, int);
        spec.zero = false;
        emit_field(out, &spec, "", &c, 1);
        break;
    case '%':
        emit(out, '%');
        break;
    default: /* not ours: show it rather than guess */
        emit(out, '%');
        return percent + 1;
    }
    return p + 1;
}

static void format_to(struct output *out, const char *format, va_list list)
{
    struct arguments args;

    va_copy(args.list, list);
    while (*format) {
        if (*format == '%') {
            format = convert(out, format, &args);
        } else {
            emit(out, *format++);
        }
    }
    va_end(args.list);
}

static void discard(char c)
{
    (void)c;
}

void vprintf(const char *format, va_list args)
{
    struct output out = {.put = sink ? sink : discard};

    format_to(&out, format, args);
}

void printf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

size_t vsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
    struct output out = {.buffer = buffer, .size = size};

    format_to(&out, format, args);
    if (size)
        buffer[out.length < size ? out.length : size - 1] = '\0';
    return out.length;
}

size_t snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    size_t length;

    va_start(args, format);
    length = vsnprintf(buffer, size, format, args);
    va_end(args);
    return length;
}
