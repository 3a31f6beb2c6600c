/**
 * @file
 * klib: formatted printing to one sink, a function that takes a character.
 *
 * klib knows no device. Start-up hands it the UART's output function; a host unit test hands it a
 * buffer.
 */
#ifndef KLIB_PRINTF_H
#define KLIB_PRINTF_H

#include <stdarg.h>

#include "types.h"

/** Sets where printf() sends its characters; NULL discards them. */
void printf_set_sink(void (*put)(char c));

/**
 * Prints like C's printf, for a part of its language: flags `-` and `0`, a width (also `*`), a
 * precision for `%s`, lengths `l`, `ll` and `z`, conversions `d i u x X p s c %`.
 *
 * An unknown conversion is printed as it stands. `%p` prints `0x` and eight digits.
 */
void printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** printf() with its arguments in a va_list. */
void vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/**
 * Prints into a buffer, and never past it.
 * @param size  the buffer's size in bytes; the text is cut to size - 1 and ended by a NUL
 * @return the length of the uncut text in characters
 */
size_t vsnprintf(char *buffer, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/** vsnprintf() with its arguments as they come. */
size_t snprintf(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
