/* virt: the hypercall table. Each handler reads its arguments from the frame, which is the
 * hypervisor's own copy: they cannot change any more. */

#include "virt/call/hypercall.h"

#include "api/bulkhead.h"
#include "core/clock.h"
#include "hw/hypercall_entry.h"
#include "hw/idt.h"
#include "klib/string.h"
#include "virt/call/control_calls.h"
#include "virt/call/health_calls.h"
#include "virt/call/trace_calls.h"
#include "virt/control/monitor.h"
#include "virt/cpu.h"
#include "virt/ipc/message.h"
#include "virt/ipc/port.h"
#include "virt/ipc/signal.h"
#include "virt/memory/cache.h"
#include "virt/memory/guest_access.h"
#include "virt/memory/memory.h"
#include "virt/memory/space.h"
#include "virt/output/console.h"
#include "virt/output/trace.h"
#include "virt/time/plans.h"
#include "virt/time/turn.h"
#include "virt/vcpu/line.h"
#include "virt/vcpu/user.h"
#include "virt/vcpu/vdebug.h"
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

    if (!(v->partition->config->flags & PARTITION_CONSOLE))
        return BH_EPERM;
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

static int32_t yield_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)f;
    turn_rest(v, RESTING_SLOT);
    return BH_OK;
}

static int32_t wait_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)f;
    turn_rest(v, RESTING_UNTIL_VIRQ);
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

static uint32_t space_of(uint32_t argument)
{
    return argument >> 8;
}

static uint32_t rights_of(uint32_t argument)
{
    return argument & 0xFF;
}

static int32_t map_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_mapping m = {space_of(f->edi), f->ebx, f->ecx, f->edx, f->esi, rights_of(f->edi)};

    return memory_map(v->partition, &m);
}

static int32_t unmap_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_mapping m = {.space = space_of(f->edx), .address = f->ebx, .pages = f->ecx};

    return rights_of(f->edx) ? BH_EINVAL : memory_unmap(v->partition, &m);
}

static int32_t protect_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_mapping m = {
        .space = space_of(f->edx), .address = f->ebx, .pages = f->ecx, .rights = rights_of(f->edx)};

    return memory_protect(v->partition, &m);
}

static int32_t map_batch_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_mapping mappings[BH_MAPPINGS_MAX];
    uint32_t count = f->ecx;

    if (count > BH_MAPPINGS_MAX)
        return BH_ESIZE;
    if (count == 0)
        return BH_EINVAL;
    if (!guest_copy_in(mappings, guest_pointer(f->ebx), count * sizeof *mappings))
        return BH_EFAULT;
    return memory_batch(v->partition, mappings, count);
}

static int32_t space_switch_call(struct vcpu *v, const struct trap_frame *f)
{
    return space_switch(v, f->ebx);
}

static int32_t space_clear_call(struct vcpu *v, const struct trap_frame *f)
{
    return space_clear(v, f->ebx);
}

static int32_t trap_handler_call(struct vcpu *v, const struct trap_frame *f)
{
    return vtrap_set_handler(v, f->ebx, f->ecx);
}

/* It changes more of the frame than `sysenter` restores. */
static int32_t trap_return_call(struct vcpu *v, const struct trap_frame *f)
{
    return f->vector == BH_HYPERCALL_VECTOR ? vtrap_return(v) : BH_EINVAL;
}

static int32_t user_traps_call(struct vcpu *v, const struct trap_frame *f)
{
    return user_set_traps(v, f->ebx, f->ecx);
}

static int32_t user_vector_call(struct vcpu *v, const struct trap_frame *f)
{
    return user_set_vector(v, f->ebx, f->ecx != 0);
}

static int32_t debug_set_call(struct vcpu *v, const struct trap_frame *f)
{
    return vdebug_set(v, f->ebx, f->ecx);
}

static int32_t debug_get_call(struct vcpu *v, const struct trap_frame *f)
{
    uint32_t value;
    int32_t error = vdebug_get(v, f->ebx, &value);

    if (error)
        return error;
    return guest_copy_out(guest_pointer(f->ecx), &value, sizeof value) ? BH_OK : BH_EFAULT;
}

static int32_t sysenter_call(struct vcpu *v, const struct trap_frame *f)
{
    if (f->ebx >= KERNEL_BASE)
        return BH_EINVAL;
    v->hypercalls.sysenter_return = f->ebx;
    return BH_OK;
}

static int32_t timer_call(struct vcpu *v, const struct trap_frame *f)
{
    return vtimer_set(v, VTIMER_HARDWARE, (uint64_t)f->ecx << 32 | f->ebx, f->edx);
}

static int32_t execution_clock_call(struct vcpu *v, const struct trap_frame *f)
{
    uint64_t now = vtimer_execution_clock(v);

    return guest_copy_out(guest_pointer(f->ebx), &now, sizeof now) ? BH_OK : BH_EFAULT;
}

static int32_t execution_timer_call(struct vcpu *v, const struct trap_frame *f)
{
    return vtimer_set(v, VTIMER_EXECUTION, (uint64_t)f->ecx << 32 | f->ebx, f->edx);
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

static int32_t port_open_call(struct vcpu *v, const struct trap_frame *f)
{
    char name[BH_NAME_SIZE];
    struct bh_port port;
    int32_t error;

    if (guest_string_in(name, guest_pointer(f->ebx), sizeof name) < 0)
        return BH_EFAULT;
    error = port_open(v->partition, name, &port);
    if (error)
        return error;
    return guest_copy_out(guest_pointer(f->ecx), &port, sizeof port) ? BH_OK : BH_EFAULT;
}

static int32_t port_write_call(struct vcpu *v, const struct trap_frame *f)
{
    return message_write(v, f->ebx, guest_pointer(f->ecx), f->edx);
}

static int32_t port_read_call(struct vcpu *v, const struct trap_frame *f)
{
    return message_read(v, f->ebx, guest_pointer(f->ecx), f->edx, guest_pointer(f->esi));
}

static int32_t port_status_call(struct vcpu *v, const struct trap_frame *f)
{
    return port_status(v->partition, f->ebx, guest_pointer(f->ecx));
}

static int32_t line_mask_call(struct vcpu *v, const struct trap_frame *f)
{
    return line_mask(v, f->ebx, f->ecx);
}

static int32_t line_end_call(struct vcpu *v, const struct trap_frame *f)
{
    return line_end(v, f->ebx);
}

static int32_t signal_call(struct vcpu *v, const struct trap_frame *f)
{
    return signal_raise(v->partition, f->ebx);
}

static int32_t signal_open_call(struct vcpu *v, const struct trap_frame *f)
{
    char name[BH_NAME_SIZE];

    if (guest_string_in(name, guest_pointer(f->ebx), sizeof name) < 0)
        return BH_EFAULT;
    return signal_open(v->partition, name);
}

static int32_t cache_flush_call(struct vcpu *v, const struct trap_frame *f)
{
    (void)v, (void)f;
    cache_flush();
    return BH_OK;
}

static int32_t plan_status_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_plan_status status;

    (void)v;
    plans_status(&status);
    return guest_copy_out(guest_pointer(f->ebx), &status, sizeof status) ? BH_OK : BH_EFAULT;
}

static int32_t plan_switch_call(struct vcpu *v, const struct trap_frame *f)
{
    if (!(v->partition->config->flags & PARTITION_SYSTEM))
        return BH_EPERM;
    return plans_request(f->ebx);
}

hypercall_handler *const hypercall_table[BH_HYPERCALLS] = {
    [BH_NULL] = null_call,
    [BH_CONSOLE_WRITE] = console_call,
    [BH_CLOCK] = clock_call,
    [BH_YIELD] = yield_call,
    [BH_HALT] = control_own_halt_call,
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
    [BH_PORT_OPEN] = port_open_call,
    [BH_PORT_WRITE] = port_write_call,
    [BH_PORT_READ] = port_read_call,
    [BH_PORT_STATUS] = port_status_call,
    [BH_MAP_BATCH] = map_batch_call,
    [BH_SPACE_SWITCH] = space_switch_call,
    [BH_SPACE_CLEAR] = space_clear_call,
    [BH_CACHE_FLUSH] = cache_flush_call,
    [BH_EXECUTION_CLOCK] = execution_clock_call,
    [BH_EXECUTION_TIMER] = execution_timer_call,
    [BH_USER_ENTER] = user_enter,
    [BH_USER_TRAPS] = user_traps_call,
    [BH_USER_VECTOR] = user_vector_call,
    [BH_DEBUG_SET] = debug_set_call,
    [BH_DEBUG_GET] = debug_get_call,
    [BH_LINE_MASK] = line_mask_call,
    [BH_LINE_END] = line_end_call,
    [BH_SIGNAL] = signal_call,
    [BH_SIGNAL_OPEN] = signal_open_call,
    [BH_PLAN_STATUS] = plan_status_call,
    [BH_PLAN_SWITCH] = plan_switch_call,
    [BH_PARTITION_STATUS] = control_status_call,
    [BH_PARTITION_MODE] = control_mode_call,
    [BH_PARTITION_RESET] = control_reset_call,
    [BH_PARTITION_SUSPEND] = control_suspend_call,
    [BH_PARTITION_RESUME] = control_resume_call,
    [BH_PARTITION_HALT] = control_halt_call,
    [BH_SYSTEM_STATUS] = control_system_status_call,
    [BH_SYSTEM_RESET] = control_system_reset_call,
    [BH_SYSTEM_HALT] = control_system_halt_call,
    [BH_HEALTH_RAISE] = health_raise_call,
    [BH_HEALTH_READ] = health_read_call,
    [BH_HEALTH_STATUS] = health_status_call,
    [BH_TRACE_EMIT] = trace_emit_call,
    [BH_TRACE_READ] = trace_read_call,
    [BH_TRACE_STATUS] = trace_status_call,
    [BH_TRACE_MASK] = trace_mask_call,
    [BH_SYSENTER] = sysenter_call,
};

/* A traced one: slower, but only for those whose hypercalls are recorded. */
static int32_t traced(struct vcpu *v, const struct trap_frame *f)
{
    uint32_t number = f->eax, argument = f->ebx;
    int32_t result = number < BH_HYPERCALLS ? hypercall_table[number](v, f) : BH_ENOSYS;

    trace_note(BH_TRACE_HYPERCALL, v->partition, number, argument, (uint32_t)result);
    return result;
}

/* No such hypercall; or any, in virtual user mode and where hypercalls are recorded. */
int32_t hypercall_other(struct vcpu *v, const struct trap_frame *f)
{
    if (!v->user.running)
        return traced(v, f);
    if (!user_hypercall(v))
        health_fault(v->partition, BH_HEALTH_DOUBLE, 0);
    return (int32_t)f->eax;
}

_Static_assert(HYPERCALL_VECTOR == BH_HYPERCALL_VECTOR, "both sides mean the same gate");
_Static_assert(offsetof(struct vcpu, entry) == 0, "entry.S finds the vCPU in front of the frame");
_Static_assert(offsetof(struct vcpu, hypercalls) == sizeof(struct entry_state), "and this behind");

void hypercall_init(void)
{
    idt_set_gate(BH_HYPERCALL_VECTOR, GATE_INTERRUPT, 3);
}
