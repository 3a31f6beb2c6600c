/* virt: virtual traps. */
#include "virt/vcpu/vtrap.h"

#include "api/bulkhead.h"
#include "hw/cpu.h"
#include "virt/cpu.h"
#include "virt/memory/guest_access.h"

/* EFLAGS bits that are a partition's own: the arithmetic flags, TF, DF, RF, AC, ID. IF is always
 * set, IOPL always 0, VM and NT always clear. */
enum { EFLAGS_OF_PARTITION = 0x00000CD5 | EFLAGS_TF | EFLAGS_RF | EFLAGS_AC | EFLAGS_ID };

/* NMI, double fault and machine check belong to the machine. */
enum { NOT_VIRTUAL = 1 << TRAP_NMI | 1 << TRAP_DOUBLE_FAULT | 1 << TRAP_MACHINE_CHECK };

int32_t vtrap_set_handler(struct vcpu *v, uint32_t vector, vaddr_t handler)
{
    if (vector >= BH_TRAPS || (uint32_t)NOT_VIRTUAL >> vector & 1 || handler >= KERNEL_BASE)
        return BH_EINVAL;
    v->trap_handlers[vector] = handler;
    return BH_OK;
}

uint32_t vtrap_virtual_eflags(const struct vcpu *v)
{
    uint32_t eflags = v->entry.frame.eflags & ~(uint32_t)EFLAGS_IF;

    return v->control->virq_enabled ? eflags | EFLAGS_IF : eflags;
}

uint32_t vtrap_real_eflags(uint32_t wanted)
{
    return (wanted & EFLAGS_OF_PARTITION) | EFLAGS_ONE | EFLAGS_IF;
}

bool vtrap_enter(struct vcpu *v, uint32_t vector, uint32_t error, uint32_t address, vaddr_t handler)
{
    struct trap_frame *f = &v->entry.frame;
    vaddr_t stack = f->esp - sizeof(struct bh_trap_return); /* may wrap: it is refused then */
    struct bh_trap_return *pushed = (struct bh_trap_return *)stack;

    if (!guest_writable(guest_pointer(stack), sizeof *pushed))
        return false;
    pushed->vector = vector; /* field by field, where it belongs: this is a hot path */
    pushed->error = error;
    pushed->address = address;
    pushed->eip = f->eip;
    pushed->eflags = vtrap_virtual_eflags(v);
    pushed->esp = f->esp;
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
    f->eflags = vtrap_real_eflags(popped.trap.eflags);
    v->control->virq_enabled = popped.trap.eflags & EFLAGS_IF;
    cpu_this()->pending |= PENDING_VIRQ; /* others may have come meanwhile */
    return (int32_t)popped.eax;
}
