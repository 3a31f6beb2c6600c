/**
 * @file
 * virt: virtual interrupts. A partition has 32, a flag that lets them come, a mask, one handler;
 * flag, pending bits and mask are words of its control page.
 */
#ifndef VIRT_VCPU_VIRQ_H
#define VIRT_VCPU_VIRQ_H

#include "hw/cpu.h"
#include "virt/cpu.h"
#include "virt/memory/guest_range.h"

/** Makes a virtual interrupt pending; it is delivered when the partition may and can take it. */
static inline void virq_raise(struct vcpu *v, uint32_t number)
{
    volatile struct bh_control_page *control = v->control;
    struct cpu *cpu = cpu_this();

    control->virq_pending |= 1u << number;
    if (v == cpu->running)
        cpu->pending |= PENDING_VIRQ;
    else
        cpu->pending |= cpu->when_raised; /* unassigned time: it may be one that wants it now */
}

/** virq_raise() for one that does not run now. */
static inline void virq_raise_at_other(struct vcpu *v, uint32_t number)
{
    v->control->virq_pending |= 1u << number;
    cpu_this()->pending |= cpu_this()->when_raised;
}

/** @return those that are pending and not masked: reason enough to wake a partition that waits. */
static inline uint32_t virq_waiting(const struct vcpu *v)
{
    return v->control->virq_pending & ~v->control->virq_mask;
}

/**
 * Enters the partition's handler for the lowest-numbered one that waits. The partition is the
 * current one. When its stack cannot be written to, that is its fault.
 */
void virq_enter(struct vcpu *v);

/** @return whether one waits and may come. */
static inline bool virq_ready(const struct vcpu *v)
{
    return v->control->virq_enabled && virq_waiting(v);
}

/**
 * virq_enter() for the hot path: the way of most interrupts, straight into the handler of a
 * partition whose stack is there. It lets interrupts come, so its EFLAGS are pushed as they are: IF
 * is always set in them.
 * @return false when that is not the way; nothing has changed then
 */
static inline __attribute__((always_inline)) bool virq_enter_at_once(struct vcpu *v,
                                                                     uint32_t waiting)
{
    volatile struct bh_control_page *control = v->control;
    struct trap_frame *f = &v->entry.frame;
    vaddr_t stack = f->esp - sizeof(struct bh_trap_return);
    uint32_t number = (uint32_t)__builtin_ctz(waiting);
    vaddr_t handler = v->virq_handler;

    if (!handler || !guest_push_frame(stack, BH_VIRQ_BASE + number, f))
        return false;
    f->esp = stack;
    f->eip = handler;
    f->eflags &= ~(uint32_t)(EFLAGS_TF | EFLAGS_DF | EFLAGS_AC);
    __asm__("btrl %1, %0" : "+m"(control->virq_pending) : "r"(number) : "cc");
    control->virq_enabled = 0;
    return true;
}

/** Enters the partition's handler if a virtual interrupt waits and may come. */
static inline void virq_deliver(struct vcpu *v)
{
    if (virq_ready(v))
        virq_enter(v);
}

/** Sets the handler. @param handler  an address, or 0: none @return BH_OK or BH_EINVAL */
int32_t virq_set_handler(struct vcpu *v, vaddr_t handler);

#endif
