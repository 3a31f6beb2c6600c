/* virt: virtual interrupts. The control page is the partition's to scribble on: whatever it holds,
 * the worst is that the partition gets an interrupt that nobody raised, or misses one. */
#include "virt/vcpu/virq.h"

#include "api/bulkhead.h"
#include "virt/cpu.h"
#include "virt/vcpu/vtrap.h"

void virq_raise(struct vcpu *v, uint32_t number)
{
    v->partition->control->virq_pending |= 1u << number;
    if (v == cpu_this()->current)
        cpu_this()->pending |= PENDING_VIRQ;
}

bool virq_waiting(const struct vcpu *v)
{
    const volatile struct bh_control_page *control = v->partition->control;

    return control->virq_pending & ~control->virq_mask;
}

void virq_deliver(struct vcpu *v)
{
    volatile struct bh_control_page *control = v->partition->control;
    uint32_t ready = control->virq_pending & ~control->virq_mask;
    uint32_t number;

    if (!ready || !control->virq_enabled || !v->virq_handler)
        return;
    number = (uint32_t)__builtin_ctz(ready);
    if (!vtrap_enter(v, BH_VIRQ_BASE + number, 0, 0, v->virq_handler)) {
        v->entry.frame.vector = TRAP_STACK;
        partition_fault(v->partition, 0);
        return;
    }
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
