/**
 * @file
 * core: the words that the user gave the loader, such as `panic` or `fault=pf`.
 */
#ifndef CORE_CMDLINE_H
#define CORE_CMDLINE_H

#include "hw/multiboot.h"

/** Copies the loader's command line (at most 255 characters) before its memory is reused. */
void cmdline_init(const struct multiboot_info *info);

/** @return whether the word stands on the command line, alone. */
bool cmdline_has(const char *word);

/**
 * Looks for `key=value`.
 * @return the value, which ends at a blank or NUL, or NULL without such a word
 */
const char *cmdline_value(const char *key);

/** @return whether a cmdline_value() is this text, whole. */
bool cmdline_equal(const char *value, const char *text);

#endif
