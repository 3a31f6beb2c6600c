/* virt: the hypercall table. Each handler reads its arguments from the frame, which is the
 * hypervisor's own copy: they cannot change any more. */
#include "virt/call/hypercall.h"

#include "api/bulkhead.h"
#include "core/clock.h"
#include "hw/idt.h"
#include "klib/string.h"
#include "virt/cpu.h"
#include "virt/memory/guest_access.h"
#include "virt/memory/memory.h"
#include "virt/output/console.h"
#include "virt/vcpu/virq.h"
#include "virt/vcpu/vtimer.h"
#include "virt/vcpu/vtrap.h"

static int32_t null_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)v, (void)f;
    return BH_OK;
}

static int32_t console_call(struct vcpu *v, const struct trap_frame *f)
{
    uint32_t bytes = f->ecx;
    char text[BH_CONSOLE_MAX];

    if (bytes > sizeof text)
        return BH_ESIZE;
    if (!guest_copy_in(text, guest_pointer(f->ebx), bytes))
        return BH_EFAULT;
    return (int32_t)console_write(&v->partition->console, text, bytes);
}

static int32_t clock_call(struct vcpu *v, const struct trap_frame *f)
{
    uint64_t now = clock_now();

    (void)v;
    return guest_copy_out(guest_pointer(f->ebx), &now, sizeof now) ? BH_OK : BH_EFAULT;
}

/* Gives the processor up. Others do not get it earlier for that: their slots stay. */
static int32_t rest(struct vcpu *v, enum vcpu_resting how)
{
    v->resting = how;
    cpu_this()->pending |= PENDING_RESCHEDULE;
    return BH_OK;
}

static int32_t yield_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)f;
    return rest(v, RESTING_SLOT);
}

static int32_t wait_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)f;
    return rest(v, RESTING_UNTIL_VIRQ);
}

static int32_t halt_call(struct vcpu *v, const struct trap_frame *f)
{
    partition_finish(v->partition, (int32_t)f->ebx);
    return BH_OK;
}

static int32_t area_call(struct vcpu *v, const struct trap_frame *f)
{
    const struct system_partition *config = v->partition->config;
    char name[BH_NAME_SIZE];

    if (guest_string_in(name, guest_pointer(f->ebx), sizeof name) < 0)
        return BH_EFAULT;
    for (uint32_t i = 0; i < config->area_count; i++) {
        const struct system_area *a = &config->areas[i];
        struct bh_area answer = {i, a->virtual, a->size, a->rights};

        if (strcmp(a->name, name) == 0)
            return guest_copy_out(guest_pointer(f->ecx), &answer, sizeof answer) ? BH_OK
                                                                                 : BH_EFAULT;
    }
    return BH_ENOENT;
}

static int32_t map_call(struct vcpu *v, const struct trap_frame *f)
{
    return memory_map(v->partition, f->ebx, f->ecx, f->edx, f->esi, f->edi);
}

static int32_t unmap_call(struct vcpu *v, const struct trap_frame *f)
{
    return memory_unmap(v->partition, f->ebx, f->ecx);
}

static int32_t protect_call(struct vcpu *v, const struct trap_frame *f)
{
    return memory_protect(v->partition, f->ebx, f->ecx, f->edx);
}

static int32_t trap_handler_call(struct vcpu *v, const struct trap_frame *f)
{
    return vtrap_set_handler(v, f->ebx, f->ecx);
}

static int32_t trap_return_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)f;
    return vtrap_return(v);
}

static int32_t timer_call(struct vcpu *v, const struct trap_frame *f)
{
    return vtimer_set(v, (uint64_t)f->ecx << 32 | f->ebx, f->edx);
}

static int32_t virq_handler_call(struct vcpu *v, const struct trap_frame *f)
{
    return virq_set_handler(v, f->ebx);
}

static int32_t virq_check_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)v, (void)f;
    cpu_this()->pending |= PENDING_VIRQ;
    return BH_OK;
}

typedef int32_t hypercall_handler(struct vcpu *v, const struct trap_frame *f);

static hypercall_handler *const handlers[BH_HYPERCALLS] = {
    [BH_NULL] = null_call,
    [BH_CONSOLE_WRITE] = console_call,
    [BH_CLOCK] = clock_call,
    [BH_YIELD] = yield_call,
    [BH_HALT] = halt_call,
    [BH_AREA] = area_call,
    [BH_MAP] = map_call,
    [BH_UNMAP] = unmap_call,
    [BH_PROTECT] = protect_call,
    [BH_TRAP_HANDLER] = trap_handler_call,
    [BH_TRAP_RETURN] = trap_return_call,
    [BH_WAIT] = wait_call,
    [BH_TIMER] = timer_call,
    [BH_VIRQ_HANDLER] = virq_handler_call,
    [BH_VIRQ_CHECK] = virq_check_call,
};

void hypercall_dispatch(struct vcpu *v)
{
    struct trap_frame *f = &v->entry.frame;
    uint32_t number = f->eax;

    f->eax = number < BH_HYPERCALLS ? (uint32_t)handlers[number](v, f) : (uint32_t)BH_ENOSYS;
}

void hypercall_init(void)
{
    idt_set_gate(BH_HYPERCALL_VECTOR, GATE_INTERRUPT, 3);
}
