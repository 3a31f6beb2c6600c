/* lib: hypercalls as functions. */
#include "lib/hypercall.h"

#include "lib/guest.h"

static bh_trap_handler *handlers[BH_TRAPS];
static bh_virq_handler *virq_handlers[BH_VIRQS];
static bh_user_handler *user_handler;

void (*bh_way)(void) = bh_way_int;

int32_t bh_console_write(const char *text, uint32_t bytes)
{
    while (bytes) {
        uint32_t piece = bytes < BH_CONSOLE_MAX ? bytes : BH_CONSOLE_MAX;
        int32_t result = bh_hypercall(BH_CONSOLE_WRITE, (uint32_t)text, piece, 0, 0, 0);

        if (result < 0)
            return result;
        text += piece;
        bytes -= piece;
    }
    return BH_OK;
}

uint64_t bh_clock(void)
{
    uint64_t ns = 0;

    bh_hypercall(BH_CLOCK, (uint32_t)&ns, 0, 0, 0, 0);
    return ns;
}

void bh_yield(void)
{
    bh_hypercall(BH_YIELD, 0, 0, 0, 0, 0);
}

void bh_wait(void)
{
    bh_hypercall(BH_WAIT, 0, 0, 0, 0, 0);
}

int32_t bh_timer(uint64_t deadline, uint32_t period)
{
    return bh_hypercall(BH_TIMER, (uint32_t)deadline, (uint32_t)(deadline >> 32), period, 0, 0);
}

uint64_t bh_execution_clock(void)
{
    uint64_t ns = 0;

    bh_hypercall(BH_EXECUTION_CLOCK, (uint32_t)&ns, 0, 0, 0, 0);
    return ns;
}

int32_t bh_execution_timer(uint64_t deadline, uint32_t period)
{
    return bh_hypercall(BH_EXECUTION_TIMER, (uint32_t)deadline, (uint32_t)(deadline >> 32), period,
                        0, 0);
}

int32_t bh_cache_flush(void)
{
    return bh_hypercall(BH_CACHE_FLUSH, 0, 0, 0, 0, 0);
}

int32_t bh_plan_status(struct bh_plan_status *status)
{
    return bh_hypercall(BH_PLAN_STATUS, (uint32_t)status, 0, 0, 0, 0);
}

int32_t bh_plan_switch(uint32_t plan)
{
    return bh_hypercall(BH_PLAN_SWITCH, plan, 0, 0, 0, 0);
}

void bh_halt(int32_t result)
{
    for (;;)
        bh_hypercall(BH_HALT, (uint32_t)result, 0, 0, 0, 0);
}

int32_t bh_area(const char *name, struct bh_area *area)
{
    return bh_hypercall(BH_AREA, (uint32_t)name, (uint32_t)area, 0, 0, 0);
}

int32_t bh_map(void *address, uint32_t area, uint32_t offset, uint32_t pages, uint32_t rights)
{
    return bh_hypercall(BH_MAP, (uint32_t)address, area, offset, pages, rights);
}

int32_t bh_unmap(void *address, uint32_t pages)
{
    return bh_hypercall(BH_UNMAP, (uint32_t)address, pages, 0, 0, 0);
}

int32_t bh_map_batch(const struct bh_mapping *mappings, uint32_t count)
{
    uint32_t done = 0;

    while (done < count) {
        int32_t result =
            bh_hypercall(BH_MAP_BATCH, (uint32_t)(mappings + done), count - done, 0, 0, 0);

        if (result < 0)
            return done && result == BH_ENOMEM ? (int32_t)done : result;
        done += (uint32_t)result;
    }
    return (int32_t)done;
}

int32_t bh_space_switch(uint32_t space)
{
    return bh_hypercall(BH_SPACE_SWITCH, space, 0, 0, 0, 0);
}

int32_t bh_space_clear(uint32_t space)
{
    return bh_hypercall(BH_SPACE_CLEAR, space, 0, 0, 0, 0);
}

int32_t bh_protect(void *address, uint32_t pages, uint32_t rights)
{
    return bh_hypercall(BH_PROTECT, (uint32_t)address, pages, rights, 0, 0);
}

int32_t bh_port_open(const char *name, struct bh_port *port)
{
    return bh_hypercall(BH_PORT_OPEN, (uint32_t)name, (uint32_t)port, 0, 0, 0);
}

int32_t bh_port_write(const struct bh_port *port, const void *message, uint32_t bytes)
{
    return bh_hypercall(BH_PORT_WRITE, port->number, (uint32_t)message, bytes, 0, 0);
}

int32_t bh_port_read(const struct bh_port *port, void *buffer, struct bh_port_status *status)
{
    return bh_hypercall(BH_PORT_READ, port->number, (uint32_t)buffer, port->message_size,
                        (uint32_t)status, 0);
}

int32_t bh_port_status(const struct bh_port *port, struct bh_port_status *status)
{
    return bh_hypercall(BH_PORT_STATUS, port->number, (uint32_t)status, 0, 0, 0);
}

int32_t bh_line_mask(uint32_t line, uint32_t masked)
{
    return bh_hypercall(BH_LINE_MASK, line, masked, 0, 0, 0);
}

int32_t bh_line_end(uint32_t line)
{
    return bh_hypercall(BH_LINE_END, line, 0, 0, 0, 0);
}

int32_t bh_signal_open(const char *name)
{
    return bh_hypercall(BH_SIGNAL_OPEN, (uint32_t)name, 0, 0, 0, 0);
}

int32_t bh_signal(uint32_t signal)
{
    return bh_hypercall(BH_SIGNAL, signal, 0, 0, 0, 0);
}

int32_t bh_trace_emit(uint32_t code, uint32_t a, uint32_t b)
{
    return bh_hypercall(BH_TRACE_EMIT, code, a, b, 0, 0);
}

int32_t bh_trace_read(uint32_t ring, struct bh_trace_record *records, uint32_t count)
{
    return bh_hypercall(BH_TRACE_READ, ring, (uint32_t)records, count, 0, 0);
}

int32_t bh_trace_status(uint32_t ring, struct bh_trace_status *status)
{
    return bh_hypercall(BH_TRACE_STATUS, ring, (uint32_t)status, 0, 0, 0);
}

int32_t bh_trace_mask(uint32_t ring, uint32_t mask)
{
    return bh_hypercall(BH_TRACE_MASK, ring, mask, 0, 0, 0);
}

int32_t bh_trap_handler_set(uint32_t vector, bh_trap_handler *handler)
{
    if (vector >= BH_TRAPS)
        return BH_EINVAL;
    handlers[vector] = handler;
    return bh_hypercall(BH_TRAP_HANDLER, vector, handler ? (uint32_t)trap_entry : 0, 0, 0, 0);
}

int32_t bh_virq_handler_set(uint32_t number, bh_virq_handler *handler)
{
    if (number >= BH_VIRQS)
        return BH_EINVAL;
    virq_handlers[number] = handler;
    return bh_hypercall(BH_VIRQ_HANDLER, (uint32_t)trap_entry, 0, 0, 0, 0);
}

void bh_virq_enable(void)
{
    volatile struct bh_control_page *control = bh_control();

    control->virq_enabled = 1;
    if (control->virq_pending & ~control->virq_mask)
        bh_hypercall(BH_VIRQ_CHECK, 0, 0, 0, 0, 0);
}

void bh_virq_disable(void)
{
    bh_control()->virq_enabled = 0;
}

void trap_dispatch(struct bh_trap *trap)
{
    uint32_t vector = trap->cause.vector;

    if (vector < BH_TRAPS)
        handlers[vector](trap);
    else if (virq_handlers[vector - BH_VIRQ_BASE])
        virq_handlers[vector - BH_VIRQ_BASE](trap);
}

int32_t bh_user_traps_set(bh_user_handler *handler, void *stack)
{
    user_handler = handler;
    return bh_hypercall(BH_USER_TRAPS, handler ? (uint32_t)user_trap_entry : 0, (uint32_t)stack, 0,
                        0, 0);
}

void user_trap_dispatch(struct bh_user_trap *trap)
{
    user_handler(trap);
}

int32_t bh_user_vector(uint32_t vector, bool allowed)
{
    return bh_hypercall(BH_USER_VECTOR, vector, allowed, 0, 0, 0);
}

/* By `int`: `sysenter` cannot load all registers. */
int32_t bh_user_enter(const struct bh_user_state *state)
{
    int32_t result;

    __asm__ volatile("int %[vector]"
                     : "=a"(result)
                     : "0"(BH_USER_ENTER), "b"(state), [vector] "i"(BH_HYPERCALL_VECTOR)
                     : "memory", "cc");
    return result;
}

int32_t bh_debug_set(uint32_t number, uint32_t value)
{
    return bh_hypercall(BH_DEBUG_SET, number, value, 0, 0, 0);
}

int32_t bh_debug_get(uint32_t number, uint32_t *value)
{
    return bh_hypercall(BH_DEBUG_GET, number, (uint32_t)value, 0, 0, 0);
}

const char *bh_error_name(int32_t result)
{
    static const char *const names[] = {
        "BH_OK",     "BH_ENOSYS", "BH_EFAULT", "BH_EINVAL", "BH_ESIZE",  "BH_EPERM",
        "BH_ENOMEM", "BH_ENOENT", "BH_EEMPTY", "BH_EFULL",  "BH_ESTATE",
    };

    if (result >= 0)
        return names[0];
    return result > -(int32_t)ARRAY_SIZE(names) ? names[-result] : "(unknown error)";
}
