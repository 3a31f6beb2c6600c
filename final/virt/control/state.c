/* virt: control of partitions and of the system. Everything here is a change of a partition's
 * state, which the scheduler looks at on the way out; the work of a start is done in the started
 * partition's own slots. So none of it costs anybody else more than one short hypercall. */
#include "virt/control/state.h"

#include "virt/cpu.h"
#include "virt/ipc/port.h"
#include "virt/life/start.h"
#include "virt/time/plans.h"

_Static_assert((int)BH_STATE_READY == (int)PARTITION_READY &&
                   (int)BH_STATE_STARTING == (int)PARTITION_STARTING &&
                   (int)BH_STATE_FINISHED == (int)PARTITION_FINISHED &&
                   (int)BH_STATE_STOPPED == (int)PARTITION_STOPPED &&
                   (int)BH_STATE_SUSPENDED == (int)PARTITION_SUSPENDED &&
                   (int)BH_STATE_IDLE == (int)PARTITION_IDLE,
               "one meaning");

static uint32_t system_resets;

static bool has_ended(const struct partition *p)
{
    return p->state == PARTITION_FINISHED || p->state == PARTITION_STOPPED ||
           p->state == PARTITION_IDLE;
}

int32_t control_suspend(struct partition *p)
{
    if (has_ended(p))
        return BH_ESTATE;
    if (p->state == PARTITION_SUSPENDED)
        return BH_OK;
    p->suspended_in = p->state;
    p->state = PARTITION_SUSPENDED;
    cpu_this()->pending |= PENDING_RESCHEDULE;
    return BH_OK;
}

int32_t control_resume(struct partition *p)
{
    if (has_ended(p))
        return BH_ESTATE;
    if (p->state == PARTITION_SUSPENDED)
        p->state = p->suspended_in;
    cpu_this()->pending |= PENDING_RESCHEDULE;
    return BH_OK;
}

void control_halt(struct partition *p, enum partition_state state, int32_t result)
{
    if (has_ended(p))
        return;
    p->result = result;
    partition_end(p, state);
}

void control_reset_system(void)
{
    struct partition *p;

    system_resets++;
    port_reset_all();
    for (uint32_t i = 0; (p = partition_get(i)); i++) {
        p->resets = 0;
        partition_begin_start(p, BH_RESET_COLD, BH_START_SYSTEM);
    }
    plans_restart(0);
}

uint32_t control_system_resets(void)
{
    return system_resets;
}
