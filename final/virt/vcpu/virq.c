/* virt: virtual interrupts. The control page is the partition's to scribble on: whatever it holds,
 * the worst is that the partition gets an interrupt that nobody raised, or misses one. */
#include "virt/vcpu/virq.h"

#include "api/bulkhead.h"
#include "virt/cpu.h"
#include "virt/output/trace.h"
#include "virt/raise.h"
#include "virt/vcpu/user.h"
#include "virt/vcpu/vtrap.h"

void virq_enter(struct vcpu *v)
{
    volatile struct bh_control_page *control = v->control;
    uint32_t ready = virq_waiting(v), number; /* the partition does not run: it stays so */
    uint32_t eip = v->entry.frame.eip;

    if (!ready || !(v->virq_handler || v->user.running))
        return;
    number = (uint32_t)__builtin_ctz(ready);
    if (!(v->user.running ? user_virq(v, BH_VIRQ_BASE + number)
                          : vtrap_enter(v, BH_VIRQ_BASE + number, 0, 0, v->virq_handler))) {
        raise_no_stack(v);
        return;
    }
    trace_note(BH_TRACE_VIRQ, v->partition, number, eip, 0);
    control->virq_pending &= ~(1u << number);
    control->virq_enabled = 0;
}

int32_t virq_set_handler(struct vcpu *v, vaddr_t handler)
{
    if (handler >= KERNEL_BASE)
        return BH_EINVAL;
    v->virq_handler = handler;
    return BH_OK;
}
