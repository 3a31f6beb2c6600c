/* bhc: blobs. */
#include "blob.h"

#include "limits.h"

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

static bool is_name(const char name[SYSTEM_NAME_SIZE])
{
    return name[0] && memchr(name, '\0', SYSTEM_NAME_SIZE);
}

static bool partition_is_sound(const struct system_partition *partition)
{
    if (!is_name(partition->name) || !is_name(partition->image) || partition->area_count == 0 ||
        partition->area_count > SYSTEM_AREAS_MAX ||
        partition->port_range_count > SYSTEM_PORT_RANGES_MAX)
        return false;
    for (uint32_t a = 0; a < partition->area_count; a++)
        if (!is_name(partition->areas[a].name) || partition->areas[a].size == 0)
            return false;
    return true;
}

static bool plan_is_sound(const struct system_plan *plan, uint32_t partitions)
{
    uint32_t time = 0;

    if (!is_name(plan->name) || plan->slot_count > SYSTEM_SLOTS_MAX ||
        plan->major_frame_us < MAJOR_FRAME_MIN_US || plan->major_frame_us > MAJOR_FRAME_MAX_US)
        return false;
    for (uint32_t s = 0; s < plan->slot_count; s++) {
        const struct system_slot *slot = &plan->slots[s];

        if (slot->partition >= partitions || slot->start_us < time ||
            slot->start_us > plan->major_frame_us ||
            slot->duration_us > plan->major_frame_us - slot->start_us)
            return false;
        time = slot->start_us + slot->duration_us;
    }
    return true;
}

static bool channel_is_sound(const struct system_channel *channel, uint32_t partitions)
{
    if (!is_name(channel->name) || channel->kind > CHANNEL_QUEUING || channel->message_size == 0 ||
        channel->message_size > SYSTEM_MESSAGE_MAX || channel->depth == 0 ||
        channel->depth > SYSTEM_DEPTH_MAX || channel->writer >= partitions ||
        channel->reader_count == 0 || channel->reader_count > SYSTEM_READERS_MAX)
        return false;
    for (uint32_t r = 0; r < channel->reader_count; r++)
        if (channel->readers[r] >= partitions)
            return false;
    return true;
}

static bool system_is_sound(const struct system *system)
{
    if (system->partition_count == 0 || system->partition_count > SYSTEM_PARTITIONS_MAX ||
        system->plan_count == 0 || system->plan_count > SYSTEM_PLANS_MAX ||
        system->channel_count > SYSTEM_CHANNELS_MAX)
        return false;
    for (uint32_t c = 0; c < system->channel_count; c++)
        if (!channel_is_sound(&system->channels[c], system->partition_count))
            return false;
    for (uint32_t p = 0; p < system->partition_count; p++)
        if (!partition_is_sound(&system->partitions[p]))
            return false;
    for (uint32_t p = 0; p < system->plan_count; p++)
        if (!plan_is_sound(&system->plans[p], system->partition_count))
            return false;
    return true;
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
    if (!system_is_sound(&blob->system))
        return "holds counts, names or slots that no description has: make it again with bhc";
    return NULL;
}
