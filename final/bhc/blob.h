/**
 * @file
 * bhc: a struct system as the bytes that the hypervisor loads (core/blob.h), and back.
 */
#ifndef BHC_BLOB_H
#define BHC_BLOB_H

#include "core/blob.h"

/** The whole of a blob's file. */
struct blob {
    struct blob_header header;
    struct system system;
};

void blob_encode(const struct system *system, struct blob *blob);

/**
 * Takes a file's bytes for a blob. What it accepts can be printed without further checks.
 * @return NULL, or what is wrong, and what to do about it
 */
const char *blob_decode(const void *data, size_t size, struct blob *blob);

#endif
