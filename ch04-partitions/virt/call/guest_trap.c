/* virt: a partition was interrupted. Its registers are in its frame, the hypervisor's stack is
 * empty, and interrupts are off until we return to a partition. */
#include "hw/cpu.h"
#include "hw/idt.h"
#include "core/trap.h"
#include "virt/time/sched.h"

struct trap_frame *guest_trap(struct trap_frame *frame)
{
    struct partition *p = cpu_this()->current->partition;
    uint32_t address = cpu_cr2(); /* before anything else can fault */

    if (frame->vector >= IDT_IRQ_BASE && frame->vector < IDT_IRQ_BASE + IDT_IRQS)
        irq_dispatch(frame->vector - IDT_IRQ_BASE);
    else if (frame->vector == TRAP_BREAKPOINT) /* in this chapter the one door out */
        partition_finish(p, (int32_t)frame->eax);
    else if (frame->vector != TRAP_NMI)
        partition_fault(p, address);
    return sched_resume();
}

struct trap_frame *guest_return_failed(void)
{
    struct vcpu *v = cpu_this()->current;

    v->entry.frame.vector = TRAP_PROTECTION;
    partition_fault(v->partition, 0);
    return sched_resume();
}
