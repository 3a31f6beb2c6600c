/* virt: virtual traps. */
#include "virt/vcpu/vtrap.h"

#include "api/bulkhead.h"
#include "hw/cpu.h"
#include "virt/cpu.h"
#include "virt/memory/guest_access.h"

/* EFLAGS bits that are a partition's own: the arithmetic flags, TF, DF, AC, ID. IF is always set,
 * IOPL always 0, VM and NT always clear. */
enum { EFLAGS_OF_PARTITION = 0x00000CD5 | EFLAGS_TF | EFLAGS_AC | EFLAGS_ID };

/* NMI, double fault and machine check belong to the machine. */
enum { NOT_VIRTUAL = 1 << TRAP_NMI | 1 << TRAP_DOUBLE_FAULT | 1 << TRAP_MACHINE_CHECK };

int32_t vtrap_set_handler(struct vcpu *v, uint32_t vector, vaddr_t handler)
{
    if (vector >= BH_TRAPS || (uint32_t)NOT_VIRTUAL >> vector & 1 || handler >= KERNEL_BASE)
        return BH_EINVAL;
    v->trap_handlers[vector] = handler;
    return BH_OK;
}

/* The partition's EFLAGS as it knows them: with its virtual interrupt flag for IF. */
static uint32_t virtual_eflags(const struct vcpu *v)
{
    uint32_t eflags = v->entry.frame.eflags & ~(uint32_t)EFLAGS_IF;

    return v->partition->control->virq_enabled ? eflags | EFLAGS_IF : eflags;
}

bool vtrap_enter(struct vcpu *v, uint32_t vector, uint32_t error, uint32_t address, vaddr_t handler)
{
    struct trap_frame *f = &v->entry.frame;
    struct bh_trap_return pushed = {
        .vector = vector,
        .error = error,
        .address = address,
        .eip = f->eip,
        .eflags = virtual_eflags(v),
        .esp = f->esp,
    };
    vaddr_t stack = f->esp - sizeof pushed; /* may wrap: guest_copy_out refuses it then */

    if (!guest_copy_out(guest_pointer(stack), &pushed, sizeof pushed))
        return false;
    f->esp = stack;
    f->eip = handler;
    f->eflags &= ~(uint32_t)(EFLAGS_TF | EFLAGS_DF | EFLAGS_AC);
    return true;
}

bool vtrap_deliver(struct vcpu *v, uint32_t address)
{
    const struct trap_frame *f = &v->entry.frame;

    return f->vector < BH_TRAPS && v->trap_handlers[f->vector] &&
           vtrap_enter(v, f->vector, f->error, address, v->trap_handlers[f->vector]);
}

int32_t vtrap_return(struct vcpu *v)
{
    struct trap_frame *f = &v->entry.frame;
    struct {
        uint32_t eax;
        struct bh_trap_return trap;
    } popped;

    if (!guest_copy_in(&popped, guest_pointer(f->esp), sizeof popped))
        return BH_EFAULT;
    f->eip = popped.trap.eip;
    f->esp = popped.trap.esp;
    f->eflags = (popped.trap.eflags & EFLAGS_OF_PARTITION) | EFLAGS_ONE | EFLAGS_IF;
    v->partition->control->virq_enabled = popped.trap.eflags & EFLAGS_IF;
    cpu_this()->pending |= PENDING_VIRQ; /* others may have come meanwhile */
    return (int32_t)popped.eax;
}
