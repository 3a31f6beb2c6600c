/* virt: the hypercalls that control partitions and the system: who may ask for what. */
#include "virt/call/control_calls.h"

#include "core/clock.h"
#include "core/trap.h"
#include "klib/string.h"
#include "virt/control/monitor.h"
#include "virt/control/report.h"
#include "virt/control/state.h"
#include "virt/cpu.h"
#include "virt/life/start.h"
#include "virt/memory/guest_access.h"
#include "virt/vcpu/vtimer.h"

static bool is_system(const struct vcpu *v)
{
    return v->partition->config->flags & PARTITION_SYSTEM;
}

/* The partition that a hypercall means. The right to it is asked for first: who has none does not
 * even learn which numbers there are. */
static int32_t find(const struct vcpu *v, uint32_t number, struct partition **found)
{
    if (number == BH_SELF || number == v->partition->id) {
        *found = v->partition;
        return BH_OK;
    }
    if (!is_system(v))
        return BH_EPERM;
    *found = partition_get(number);
    return *found ? BH_OK : BH_EINVAL;
}

int32_t control_status_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_partition_status status;
    struct partition *p;
    int32_t error = find(v, f->ebx, &p);

    if (error)
        return error;
    status = (struct bh_partition_status){
        .id = p->id,
        .state = p->state,
        .mode = p->mode,
        .reason = p->reason,
        .starts = p->starts,
        .resets = p->resets,
        .faults = p->faults,
        .result = p->result,
        .ran_ns = vtimer_execution_clock(&p->vcpu),
    };
    string_copy(status.name, p->config->name, sizeof status.name);
    return guest_copy_out(guest_pointer(f->ecx), &status, sizeof status) ? BH_OK : BH_EFAULT;
}

static void set_mode(struct partition *p, enum bh_mode mode)
{
    p->mode = mode;
    p->control->mode = mode;
}

/* From cold start there is no way to warm start: nothing is there yet that could be kept. */
int32_t control_mode_call(struct vcpu *v, const struct trap_frame *f)
{
    struct partition *p = v->partition;

    switch (f->ebx) {
    case BH_MODE_NORMAL:
        set_mode(p, BH_MODE_NORMAL);
        return BH_OK;
    case BH_MODE_IDLE:
        set_mode(p, BH_MODE_IDLE);
        partition_end(p, PARTITION_IDLE);
        return BH_OK;
    case BH_MODE_COLD_START:
        partition_begin_start(p, BH_RESET_COLD, BH_START_SELF);
        return BH_OK;
    case BH_MODE_WARM_START:
        if (p->mode == BH_MODE_COLD_START)
            return BH_ESTATE;
        partition_begin_start(p, BH_RESET_WARM, BH_START_SELF);
        return BH_OK;
    default:
        return BH_EINVAL;
    }
}

/* A system partition that resets another gives it all its restarts back: somebody has decided. Who
 * resets itself does not get rid of what the health monitor counts. */
int32_t control_reset_call(struct vcpu *v, const struct trap_frame *f)
{
    struct partition *p;
    int32_t error = find(v, f->ebx, &p);

    if (error)
        return error;
    if (f->ecx != BH_RESET_COLD && f->ecx != BH_RESET_WARM)
        return BH_EINVAL;
    if (p != v->partition)
        p->resets = 0;
    partition_begin_start(p, f->ecx, p == v->partition ? BH_START_SELF : BH_START_CONTROL);
    return BH_OK;
}

int32_t control_suspend_call(struct vcpu *v, const struct trap_frame *f)
{
    struct partition *p;
    int32_t error = find(v, f->ebx, &p);

    return error ? error : control_suspend(p);
}

int32_t control_resume_call(struct vcpu *v, const struct trap_frame *f)
{
    struct partition *p;
    int32_t error = is_system(v) ? find(v, f->ebx, &p) : BH_EPERM;

    return error ? error : control_resume(p);
}

int32_t control_own_halt_call(struct vcpu *v, const struct trap_frame *f)
{
    control_halt(v->partition, PARTITION_FINISHED, (int32_t)f->ebx);
    health_finished(v->partition, (int32_t)f->ebx);
    return BH_OK;
}

int32_t control_halt_call(struct vcpu *v, const struct trap_frame *f)
{
    struct partition *p;
    int32_t error = find(v, f->ebx, &p);

    if (error)
        return error;
    control_halt(p, p == v->partition ? PARTITION_FINISHED : PARTITION_STOPPED, (int32_t)f->ecx);
    if (p == v->partition)
        health_finished(p, (int32_t)f->ecx);
    return BH_OK;
}

int32_t control_system_status_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_system_status status = {
        .ns = clock_now(),
        .partitions = partition_count(),
        .frames = cpu_this()->frames,
        .resets = control_system_resets(),
        .spurious = irq_spurious_count(),
    };

    if (!is_system(v))
        return BH_EPERM;
    return guest_copy_out(guest_pointer(f->ebx), &status, sizeof status) ? BH_OK : BH_EFAULT;
}

int32_t control_system_reset_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)f;
    if (!is_system(v))
        return BH_EPERM;
    control_reset_system();
    return BH_OK;
}

int32_t control_system_halt_call(struct vcpu *v, const struct trap_frame *f)
{
    if (!is_system(v))
        return BH_EPERM;
    run_end((int32_t)f->ebx >= 0);
}
