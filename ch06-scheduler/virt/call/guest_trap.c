/* virt: a partition was interrupted. Its registers are in its frame, the hypervisor's stack is
 * empty, and interrupts are off until we return to a partition. */
#include "api/bulkhead.h"
#include "core/trap.h"
#include "hw/cpu.h"
#include "hw/idt.h"
#include "virt/call/hypercall.h"
#include "virt/time/sched.h"
#include "virt/vcpu/vtrap.h"

/* An exception is the partition's own affair when it has a handler for it, and a fault if not. */
static void exception(struct vcpu *v, uint32_t address)
{
    if (v->entry.frame.vector != TRAP_PAGE_FAULT)
        address = 0;
    if (!vtrap_deliver(v, address))
        partition_fault(v->partition, address);
}

struct trap_frame *guest_trap(struct trap_frame *frame)
{
    struct vcpu *v = cpu_this()->current;
    uint32_t address = cpu_cr2(); /* before anything else can fault */

    if (frame->vector == BH_HYPERCALL_VECTOR)
        hypercall_dispatch(v);
    else if (frame->vector >= IDT_IRQ_BASE && frame->vector < IDT_IRQ_BASE + IDT_IRQS)
        irq_dispatch(frame->vector - IDT_IRQ_BASE);
    else if (frame->vector != TRAP_NMI)
        exception(v, address);
    return cpu_this()->pending ? sched_resume() : frame;
}

struct trap_frame *guest_return_failed(void)
{
    struct vcpu *v = cpu_this()->current;

    v->entry.frame.vector = TRAP_PROTECTION;
    partition_fault(v->partition, 0);
    return sched_resume();
}
