/**
 * @file
 * lib: the hypercall interface library: each hypercall as a C function, and what a partition needs
 * around them. It is linked into partitions; nothing of it is trusted.
 */
#ifndef LIB_HYPERCALL_H
#define LIB_HYPERCALL_H

#include <stdbool.h>

#include "api/bulkhead.h"

/** A trap as the partition's handler sees it. What the handler changes here is resumed with. */
struct bh_trap {
    uint32_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
    struct bh_trap_return cause;
};

/** Handles one of the partition's own exceptions. */
typedef void bh_trap_handler(struct bh_trap *trap);

/** How hypercalls are made: by `int`, or by `sysenter` where guest_start() found that there is one.
 * They are assembly (start.S), not C. */
extern void (*bh_way)(void);
void bh_way_int(void);
void bh_way_sysenter(void);
void bh_way_sysenter_return(void);

/** Any hypercall, with unused arguments as they come. @return its result, or enum bh_error */
static inline int32_t bh_hypercall(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
                                   uint32_t e)
{
    int32_t result;

    __asm__ volatile("call *%[way]"
                     : "=a"(result)
                     : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), [way] "m"(bh_way)
                     : "memory", "cc");
    return result;
}

/** Handles one of the partition's virtual interrupts. */
typedef void bh_virq_handler(struct bh_trap *trap);

/** Prints, in pieces of BH_CONSOLE_MAX; what finds no room is lost. @return BH_OK or an error */
int32_t bh_console_write(const char *text, uint32_t bytes);

/** @return the hardware clock in ns, by hypercall. */
uint64_t bh_clock(void);

/** Gives up the rest of the slot. */
void bh_yield(void);

/** Gives the processor up until a virtual interrupt is pending, or the next slot begins. */
void bh_wait(void);

/** See BH_TIMER. @param deadline  ns on the hardware clock @param period  ns, 0: one shot */
int32_t bh_timer(uint64_t deadline, uint32_t period);

/** @return the partition's execution clock in ns: how long it ran since it was started. */
uint64_t bh_execution_clock(void);

/** As bh_timer(), on the execution clock; it comes as BH_VIRQ_EXECUTION. */
int32_t bh_execution_timer(uint64_t deadline, uint32_t period);

/** Writes the processor's caches back to memory and empties them. */
int32_t bh_cache_flush(void);

/** @return BH_OK or BH_EFAULT */
int32_t bh_plan_status(struct bh_plan_status *status);

/** Asks for a plan from the end of the major frame on. @return BH_OK, BH_EPERM or BH_EINVAL */
int32_t bh_plan_switch(uint32_t plan);

/** Sets the handler of a virtual interrupt. @return BH_OK or BH_EINVAL */
int32_t bh_virq_handler_set(uint32_t number, bh_virq_handler *handler);

/** Lets virtual interrupts come: a store, and a hypercall only when one is waiting. */
void bh_virq_enable(void);

/** Keeps virtual interrupts away: a store. */
void bh_virq_disable(void);

/** Ends the partition. @param result  0 or more when all went well */
void bh_halt(int32_t result) __attribute__((noreturn));

/** @return BH_OK, BH_ENOENT or BH_EFAULT */
int32_t bh_area(const char *name, struct bh_area *area);

/** See BH_MAP. @param rights  enum bh_rights, and BH_IN_SPACE() for another than the first */
int32_t bh_map(void *address, uint32_t area, uint32_t offset, uint32_t pages, uint32_t rights);

int32_t bh_unmap(void *address, uint32_t pages);

/** See struct bh_mapping. At most BH_MAPPINGS_MAX at once. @return how many were done: fewer than
 * `count` when the page tables do not reach; or an error */
int32_t bh_map_batch(const struct bh_mapping *mappings, uint32_t count);

/** Goes on in another address space, where this code has to be mapped as well. */
int32_t bh_space_switch(uint32_t space);

/** Unmaps all of an address space that is not the current one. */
int32_t bh_space_clear(uint32_t space);

int32_t bh_protect(void *address, uint32_t pages, uint32_t rights);

/** Finds a port by its channel's name. @return BH_OK, BH_ENOENT or BH_EFAULT */
int32_t bh_port_open(const char *name, struct bh_port *port);

/** Writes a message. @return BH_OK, or an error: BH_EFULL when a queue has no room */
int32_t bh_port_write(const struct bh_port *port, const void *message, uint32_t bytes);

/**
 * Reads a message. @param buffer  of port->message_size bytes
 * @return its bytes, or an error: BH_EEMPTY when there is none
 */
int32_t bh_port_read(const struct bh_port *port, void *buffer, struct bh_port_status *status);

/** @return BH_OK or an error */
int32_t bh_port_status(const struct bh_port *port, struct bh_port_status *status);

/** Masks or unmasks one of the partition's interrupt lines; all are masked at a start. Line n comes
 * as virtual interrupt BH_VIRQ_LINE + n. @return BH_OK, BH_EINVAL or BH_EPERM */
int32_t bh_line_mask(uint32_t line, uint32_t masked);

/** Says that a line's interrupt is handled, at the device too: another may come. */
int32_t bh_line_end(uint32_t line);

/** Finds a signal that the partition may raise. @return its number, BH_ENOENT or BH_EFAULT */
int32_t bh_signal_open(const char *name);

/** Raises it. @return BH_OK or BH_EINVAL */
int32_t bh_signal(uint32_t signal);

/** Sets an exception's handler; NULL gives it to the hypervisor. @return BH_OK or BH_EINVAL */
int32_t bh_trap_handler_set(uint32_t vector, bh_trap_handler *handler);

/** Handles what ended virtual user mode. When it returns, `trap->state` goes on. */
typedef void bh_user_handler(struct bh_user_trap *trap);

/**
 * Says who handles traps out of virtual user mode, and on which stack.
 * @param stack  behind its last byte; 16-aligned @return BH_OK or BH_EINVAL
 */
int32_t bh_user_traps_set(bh_user_handler *handler, void *stack);

/** Lets virtual user mode use `int vector`, or not. @return BH_OK or BH_EINVAL */
int32_t bh_user_vector(uint32_t vector, bool allowed);

/** Runs virtual user mode. @return only when it cannot be done: an error */
int32_t bh_user_enter(const struct bh_user_state *state);

/** Debug registers; see BH_DEBUG_SET. @param number  0 to 3, 6 or 7 */
int32_t bh_debug_set(uint32_t number, uint32_t value);
int32_t bh_debug_get(uint32_t number, uint32_t *value);

/** Writes an event of the partition's own into the trace. @param code  at most 0xFFFF */
int32_t bh_trace_emit(uint32_t code, uint32_t a, uint32_t b);

/** See BH_TRACE_READ. @return how many records, at most count, or an error */
int32_t bh_trace_read(uint32_t ring, struct bh_trace_record *records, uint32_t count);

int32_t bh_trace_status(uint32_t ring, struct bh_trace_status *status);

/** @param mask  bit n: records of kind n (enum bh_trace_kind) */
int32_t bh_trace_mask(uint32_t ring, uint32_t mask);

/** @return an error's name, such as "BH_EFAULT"; for 0 and more "BH_OK". */
const char *bh_error_name(int32_t result);

/** @return the partition control page. */
static inline volatile struct bh_control_page *bh_control(void)
{
    return (volatile struct bh_control_page *)BH_CONTROL_PAGE;
}

/**
 * @return the hardware clock in ns, with no hypercall: to the bit what bh_clock() says. In
 *         assembly, because compilers make a branch of a 64-bit shift: this is 13 instructions.
 */
static inline uint64_t bh_clock_fast(void)
{
    volatile struct bh_control_page *control = bh_control();
    uint32_t low, high, a, b;

    __asm__ volatile("rdtsc\n\t"
                     "subl %[start], %%eax\n\t"
                     "sbbl 4+%[start], %%edx\n\t"
                     "movl %[shift], %%ecx\n\t"
                     "shldl %%cl, %%eax, %%edx\n\t"
                     "shll %%cl, %%eax\n\t"
                     "movl %%edx, %[b]\n\t"
                     "mull %[factor]\n\t"
                     "movl %%edx, %%ecx\n\t"
                     "movl %[b], %%eax\n\t"
                     "mull %[factor]\n\t"
                     "addl %%ecx, %%eax\n\t"
                     "adcl $0, %%edx"
                     : "=&a"(low), "=&d"(high), "=&c"(a), [b] "=&r"(b)
                     : [start] "m"(control->tsc_start), [shift] "m"(control->clock_shift),
                       [factor] "m"(control->clock_factor)
                     : "cc");
    return (uint64_t)high << 32 | low;
}

#endif
