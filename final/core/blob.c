/* core: the system description's file. No hardware is touched here; tests run it on the host. */
#include "core/blob.h"

#include "core/system_check.h"

uint32_t blob_crc(const void *data, uint32_t size)
{
    /* The remainders of the 16 values of half a byte: a table of 1 KiB would be twice as fast, and
     * takes longer to read than it saves. */
    static const uint32_t remainders[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
        0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
        0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    const uint8_t *bytes = data;
    uint32_t crc = 0xFFFFFFFF;

    for (uint32_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ remainders[crc & 15];
        crc = crc >> 4 ^ remainders[crc & 15];
    }
    return ~crc;
}

const char *blob_check(const void *data, uint32_t size)
{
    const struct blob_header *h = data;

    if (size < sizeof *h)
        return "it is too short for a header";
    if (h->magic != BLOB_MAGIC)
        return "it is not a system description (wrong magic number)";
    if (h->version != BLOB_VERSION)
        return "it is of another version; compile it with the bhc of this hypervisor";
    if (h->size != sizeof *h + sizeof(struct system) || size < h->size)
        return "it is truncated, or of another size than it says";
    if (blob_crc(h + 1, sizeof(struct system)) != h->crc)
        return "it is damaged (wrong checksum)";
    return system_check(blob_system(data));
}

const struct system *blob_system(const void *data)
{
    return (const void *)((const struct blob_header *)data + 1);
}
