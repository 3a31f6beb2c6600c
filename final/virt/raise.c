/* virt: what waits for the health monitor. */
#include "virt/raise.h"

#include "hw/idt.h"
#include "virt/cpu.h"

struct raised raised;

static void something(void)
{
    raised.any = true;
    cpu_this()->pending |= PENDING_RESCHEDULE;
}

void raise_machine(uint32_t vector)
{
    if (vector == TRAP_NMI)
        raised.nmis++;
    else
        raised.spurious_lines |= 1u << (vector - IDT_IRQ_BASE);
    something();
}

void raise_late(struct vcpu *v, uint32_t error)
{
    raised.late = v;
    raised.late_by = error;
    something();
}

void raise_no_stack(struct vcpu *v)
{
    v->entry.frame.vector = TRAP_STACK;
    raised.no_stack = v;
    something();
}
