/**
 * @file
 * bhc: whole files. What is written is there completely or not at all.
 */
#ifndef BHC_FILE_H
#define BHC_FILE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Reads a file of at most limit bytes. Beyond that *size is limit + 1, and the rest is not read.
 * @return the content with a NUL behind it, to be freed; NULL after a message about what failed
 */
char *file_read(const char *path, size_t limit, size_t *size);

/**
 * Writes a file: a new one beside it, which takes its name when all of it is on the disk. A device
 * or a pipe is written directly.
 * @return false after a message about what failed; an older file of that name is then as it was
 */
bool file_write(const char *path, const void *data, size_t size);

/** @return whether both names lead to one existing file */
bool file_same(const char *a, const char *b);

#endif
