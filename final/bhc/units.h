/**
 * @file
 * bhc: how numbers are written. A time and a size always have a unit, for a number without one is a
 * mistake that no check can see: 10 of what?
 *
 * Each reader takes the text of one attribute. If it refuses, `why` continues the sentence that
 * begins with the attribute: has no unit: write 10ms.
 */
#ifndef BHC_UNITS_H
#define BHC_UNITS_H

#include <stdbool.h>
#include <stdint.h>

struct why {
    char text[200];
};

/** A time in ns, us, ms or s, of whole microseconds, between two bounds (in microseconds). */
bool units_time(const char *text, uint32_t min_us, uint32_t max_us, uint32_t *us, struct why *why);

/** A size in B, KiB, MiB or GiB, of whole pages, not zero, at most max bytes. */
bool units_pages(const char *text, uint64_t max, uint64_t *bytes, struct why *why);

/** A hexadecimal or decimal number up to max: an I/O port. */
bool units_port(const char *text, uint32_t max, uint32_t *number, struct why *why);

/** A hexadecimal or decimal address of a page. */
bool units_page_address(const char *text, uint32_t *address, struct why *why);

/** A decimal number between two bounds. */
bool units_count(const char *text, uint32_t min, uint32_t max, uint32_t *number, struct why *why);

/** Buffers for numbers in words; returned by value, to be used at once as time_text(us).s */
struct number_text {
    char s[32];
};

/** As a description says it: "2500us", "10ms", "64KiB", in the largest unit that divides it. */
struct number_text time_word(uint64_t us);
struct number_text size_word(uint64_t bytes);

/** Microseconds as milliseconds, or as seconds: "2.5 ms", "0.1 ms", "10 s". */
struct number_text time_text(uint64_t us);

/** Bytes in the largest unit that divides them: "64 MiB", "1028 KiB". */
struct number_text size_text(uint64_t bytes);

/** Tenths of a percent, rounded: "33.3 %". */
struct number_text percent_text(uint64_t part, uint64_t whole);

/** Thousandths with no zeros at the end: 2500 is "2.5". */
struct number_text thousandths_text(uint64_t value);

#endif
