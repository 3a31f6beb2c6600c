/* virt: signals. */
#include "virt/ipc/signal.h"

#include "api/bulkhead.h"
#include "klib/string.h"
#include "virt/vcpu/virq.h"

static const struct system_signal *signals;
static uint32_t count;

int32_t signal_open(const struct partition *p, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (signals[i].from == p->id && strcmp(signals[i].name, name) == 0)
            return (int32_t)i;
    return BH_ENOENT;
}

int32_t signal_raise(const struct partition *p, uint32_t number)
{
    if (number >= count || signals[number].from != p->id)
        return BH_EINVAL;
    virq_raise(&partition_get(signals[number].to)->vcpu, signals[number].virq);
    return BH_OK;
}

void signal_init(const struct system *system)
{
    signals = system->signals;
    count = system->signal_count;
}
