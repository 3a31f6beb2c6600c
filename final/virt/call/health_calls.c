/* virt: the health monitor's hypercalls. */
#include "virt/call/health_calls.h"

#include "virt/control/monitor.h"
#include "virt/health/log.h"
#include "virt/memory/guest_access.h"

int32_t health_raise_call(struct vcpu *v, const struct trap_frame *f)
{
    if (f->ebx != BH_HEALTH_APPLICATION && f->ebx != BH_HEALTH_DEADLINE)
        return BH_EINVAL;
    health_event(v->partition, f->ebx, (int32_t)f->ecx);
    return BH_OK;
}

/* All or nothing: a record whose copy has no room is still there for the next call. */
int32_t health_read_call(struct vcpu *v, const struct trap_frame *f)
{
    const struct bh_health_record *record;
    struct bh_health_status s;

    if (!(v->partition->config->flags & PARTITION_SYSTEM))
        return BH_EPERM;
    record = health_log_oldest();
    if (!record)
        return BH_EEMPTY;
    if (!guest_writable(guest_pointer(f->ecx), sizeof s) ||
        !guest_copy_out(guest_pointer(f->ebx), record, sizeof *record))
        return BH_EFAULT;
    health_log_take(record);
    s = health_log_status();
    guest_copy_out(guest_pointer(f->ecx), &s, sizeof s);
    return BH_OK;
}

int32_t health_status_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_health_status s = health_log_status();

    if (!(v->partition->config->flags & PARTITION_SYSTEM))
        return BH_EPERM;
    return guest_copy_out(guest_pointer(f->ebx), &s, sizeof s) ? BH_OK : BH_EFAULT;
}
