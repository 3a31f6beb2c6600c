/* bhc: blobs. */
#include "blob.h"

#include "core/system_check.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a blob is in the byte order of x86");
_Static_assert(sizeof(struct blob) == sizeof(struct blob_header) + sizeof(struct system),
               "the system lies directly behind the header");

/* CRC-32 of IEEE 802.3, bit by bit, lowest bit first: short, and fast enough for ten kilobytes. */
static uint32_t crc32(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

void blob_encode(const struct system *system, struct blob *blob)
{
    memset(blob, 0, sizeof *blob);
    blob->system = *system;
    blob->header.magic = BLOB_MAGIC;
    blob->header.version = BLOB_VERSION;
    blob->header.size = sizeof *blob;
    blob->header.crc = crc32(&blob->system, sizeof blob->system);
}

const char *blob_decode(const void *data, size_t size, struct blob *blob)
{
    if (size < sizeof blob->header)
        return "is shorter than a blob's header: it is cut short, or no blob at all";
    memcpy(&blob->header, data, sizeof blob->header);
    if (blob->header.magic != BLOB_MAGIC)
        return "does not begin with BKHD: it is no blob; make one with bhc -o";
    if (blob->header.version != BLOB_VERSION)
        return "has another version of the format: make it again with this bhc";
    if (blob->header.size != sizeof *blob || blob->header.size != size)
        return "has not the size that its version has: it is cut short or damaged; make it again";
    memcpy(blob, data, sizeof *blob);
    if (crc32(&blob->system, sizeof blob->system) != blob->header.crc)
        return "has a wrong CRC-32: it is damaged; make it again";
    return system_check(&blob->system)
               ? "holds a system that the hypervisor refuses: make it again "
                 "with bhc"
               : NULL;
}
