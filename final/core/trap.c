/* core: what interrupts the hypervisor itself, and the interrupt lines. Three traps are expected
 * here: an NMI, a #DB that a partition's TF left behind, and a fault on one of the instructions
 * that load a partition's state. Any other is our own mistake, and is reported in full. */
#include "core/trap.h"

#include "hw/apic.h"
#include "hw/cpu.h"
#include "hw/debug.h"
#include "hw/entry.h"
#include "hw/guest_entry.h"
#include "hw/idt.h"
#include "hw/pic.h"
#include "klib/panic.h"
#include "klib/printf.h"

static irq_handler *irq_handlers[IDT_IRQS];
static irq_line_handler *on_line;
static uint32_t lines; /* bit n: IRQ n is a partition's, and on_line's */
static uint32_t spurious_count;
static machine_event_handler *on_machine_event;
static void (*on_timer)(void);

void trap_set_machine_event_handler(machine_event_handler *handler)
{
    on_machine_event = handler;
}

void trap_set_timer_handler(void (*handler)(void))
{
    on_timer = handler;
}

void trap_machine_event(uint32_t vector)
{
    if (on_machine_event)
        on_machine_event(vector);
}

void irq_set_handler(uint32_t irq, irq_handler *handler)
{
    irq_handlers[irq] = handler;
    pic_unmask(irq);
}

void irq_set_line_handler(uint32_t of_partitions, irq_line_handler *handler)
{
    lines = of_partitions;
    on_line = handler;
}

uint32_t irq_spurious_count(void)
{
    return spurious_count;
}

void irq_dispatch(uint32_t irq)
{
    if (pic_is_spurious(irq)) {
        spurious_count++;
        pic_end_spurious(irq);
        trap_machine_event(IDT_IRQ_BASE + irq);
        return;
    }
    if (lines >> irq & 1) {
        on_line(
            irq); /* first: it masks the line, so that one that stays high does not come again */
        pic_end(irq);
        return;
    }
    pic_end(irq); /* first: the handler may arm the device again */
    if (irq_handlers[irq])
        irq_handlers[irq]();
    else
        printf("%s came, and nobody handles it\n", trap_name(irq + IDT_IRQ_BASE));
}

/* Nobody handles it. CR2 first: printing could fault as well. */
static void __attribute__((noreturn)) unhandled(const struct trap_frame *frame)
{
    uint32_t address = cpu_cr2();

    printf("\nPANIC: unhandled ");
    trap_print(frame, address);
    panic_backtrace(frame->eip, frame->ebp);
    panic_end();
}

/* Where to go on if this instruction may fault; 0 if it may not. */
static uint32_t fixup_of(uint32_t address)
{
    for (const struct exception_entry *e = exception_table_start; e < exception_table_end; e++)
        if (e->address == address)
            return e->fixup;
    return 0;
}

/* A partition's TF that an entry took along, or a data breakpoint of its own that a copy hit: one
 * that it would have been told of if it had done the access itself. */
static void forget_debug(struct trap_frame *frame)
{
    frame->eflags &= ~(uint32_t)EFLAGS_TF;
    debug_set_status(DR6_FIXED);
}

/* The stack may be the few bytes of slack in a vCPU: nothing here may need much of it. */
void trap_dispatch(struct trap_frame *frame)
{
    uint32_t vector = frame->vector;

    if (vector == APIC_SPURIOUS_VECTOR) /* it has no end */
        return;
    if (vector == TRAP_NMI)
        trap_machine_event(TRAP_NMI);
    else if (vector == TRAP_DEBUG)
        forget_debug(frame);
    else if (vector >= IDT_IRQ_BASE && vector < IDT_IRQ_BASE + IDT_IRQS)
        irq_dispatch(vector - IDT_IRQ_BASE);
    else if (vector == APIC_TIMER_VECTOR)
        on_timer();
    else if (vector < IDT_EXCEPTIONS && fixup_of(frame->eip))
        frame->eip = fixup_of(frame->eip);
    else
        unhandled(frame);
}
