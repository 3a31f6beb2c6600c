/* virt: virtual traps. */
#include "virt/vcpu/vtrap.h"

#include "api/bulkhead.h"
#include "hw/cpu.h"
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

bool vtrap_deliver(struct vcpu *v, uint32_t address)
{
    struct trap_frame *f = &v->entry.frame;
    struct bh_trap_return pushed = {
        .vector = f->vector,
        .error = f->error,
        .address = address,
        .eip = f->eip,
        .eflags = f->eflags,
        .esp = f->esp,
    };
    vaddr_t stack = f->esp - sizeof pushed; /* may wrap: guest_copy_out refuses it then */

    if (f->vector >= BH_TRAPS || !v->trap_handlers[f->vector] ||
        !guest_copy_out(guest_pointer(stack), &pushed, sizeof pushed))
        return false;
    f->esp = stack;
    f->eip = v->trap_handlers[f->vector];
    f->eflags &= ~(uint32_t)(EFLAGS_TF | EFLAGS_DF | EFLAGS_AC);
    return true;
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
    return (int32_t)popped.eax;
}
