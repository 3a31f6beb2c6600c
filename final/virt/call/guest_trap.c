/* virt: a partition was interrupted. Its registers are in its frame, the hypervisor's stack is
 * empty, and interrupts are off until we return to a partition. */
#include "core/trap.h"
#include "hw/cpu.h"
#include "hw/hypercall_entry.h"
#include "hw/idt.h"
#include "virt/call/resume.h"
#include "virt/control/monitor.h"
#include "virt/cpu.h"
#include "virt/health/decide.h"
#include "virt/output/trace.h"
#include "virt/vcpu/user.h"
#include "virt/vcpu/vdebug.h"
#include "virt/vcpu/vtrap.h"

/* One whose handler could not be entered is two: the exception, and the fault on the way there. */
static enum bh_health_event fault_of(const struct vcpu *v)
{
    uint32_t vector = v->entry.frame.vector;

    if (v->user.running || (vector < BH_TRAPS && v->trap_handlers[vector]))
        return BH_HEALTH_DOUBLE;
    return health_event_of_trap(vector);
}

/* An exception is the partition's own affair when it has a handler for it, and a fault if not. */
static void exception(struct vcpu *v, uint32_t address)
{
    if (v->entry.frame.vector != TRAP_PAGE_FAULT)
        address = 0;
    trace_note(BH_TRACE_TRAP, v->partition, v->entry.frame.vector, v->entry.frame.eip, address);
    if (v->entry.frame.vector == TRAP_DEBUG)
        vdebug_trapped(v);
    if (!(v->user.running ? user_exception(v, address) : vtrap_deliver(v, address)))
        health_fault(v->partition, fault_of(v), address);
}

struct trap_frame *guest_trap(struct trap_frame *frame)
{
    struct vcpu *v = cpu_this()->current;
    uint32_t address = cpu_cr2(); /* before anything else can fault */

    if (frame->vector >= IDT_IRQ_BASE && frame->vector < IDT_IRQ_BASE + IDT_IRQS)
        irq_dispatch(frame->vector - IDT_IRQ_BASE);
    else if (frame->vector == TRAP_NMI)
        trap_machine_event(TRAP_NMI);
    else if (frame->vector < IDT_EXCEPTIONS)
        exception(v, address);
    return cpu_this()->pending ? resume() : frame;
}

struct trap_frame *guest_return_failed(void)
{
    struct vcpu *v = cpu_this()->current;

    v->entry.frame.vector = TRAP_PROTECTION;
    health_fault(v->partition, BH_HEALTH_STATE, 0);
    return resume();
}
