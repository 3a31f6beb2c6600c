/**
 * @file
 * core: the system description as a file, which bhc writes on the host and the loader passes as the
 * first module.
 *
 * A blob is a struct blob_header and, directly behind it, a struct system, in the byte order of
 * x86. Bytes that no field uses are 0.
 */
#ifndef CORE_BLOB_H
#define CORE_BLOB_H

#include "core/system.h"

#define BLOB_MAGIC 0x44484B42 /**< "BKHD" */
enum {
    BLOB_VERSION = 3, /**< grows whenever struct system changes */
};

struct blob_header {
    uint32_t magic;   /**< BLOB_MAGIC */
    uint32_t version; /**< BLOB_VERSION */
    uint32_t size;    /**< of the whole blob, header and all, in bytes */
    uint32_t crc;     /**< CRC-32 (IEEE 802.3) of everything behind the header */
};
_Static_assert(sizeof(struct blob_header) == 16, "the same on every compiler");

/**
 * Checks a blob: that it is one, whole and undamaged, and that what it describes can be built.
 *
 * bhc has checked all that before; but the hypervisor trusts no file, and the host's compiler may
 * be an older one than we are.
 * @param data, size  the file in memory, 4-byte aligned
 * @return NULL, or what is wrong, as a phrase in English
 */
const char *blob_check(const void *data, uint32_t size);

/** @return the system that a checked blob describes. */
const struct system *blob_system(const void *data);

/** @return the CRC-32 (IEEE 802.3: reflected, polynomial 0xEDB88320) of some bytes. */
uint32_t blob_crc(const void *data, uint32_t size);

#endif
