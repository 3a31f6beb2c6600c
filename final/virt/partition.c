/* virt: the partitions of a system, by their place in the description. */
#include "virt/partition.h"

static struct partition partitions[SYSTEM_PARTITIONS_MAX];
static uint32_t count;

void partition_table_init(uint32_t partition_count)
{
    count = partition_count;
    for (uint32_t i = 0; i < count; i++)
        partitions[i].id = i;
}

uint32_t partition_count(void)
{
    return count;
}

struct partition *partition_get(uint32_t i)
{
    return i < count ? &partitions[i] : NULL;
}

const char *partition_state_name(enum partition_state state)
{
    static const char *const names[] = {
        [PARTITION_READY] = "ready",         [PARTITION_STARTING] = "starting",
        [PARTITION_FINISHED] = "finished",   [PARTITION_STOPPED] = "stopped",
        [PARTITION_SUSPENDED] = "suspended", [PARTITION_IDLE] = "idle",
    };

    return names[state];
}
