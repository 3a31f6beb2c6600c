/**
 * @file
 * klib: the few functions of string.h that the compiler and we need.
 *
 * A freestanding gcc or clang may still emit calls of memcpy, memmove, memset and memcmp
 * (GCC manual, "Standards"), so these four exist under their standard names and contracts.
 */
#ifndef KLIB_STRING_H
#define KLIB_STRING_H

#include "types.h"

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t most);

/** Copies at most size - 1 characters and always ends the copy with a NUL. @param size not 0. */
void string_copy(char *to, const char *from, size_t size);

#endif
