/* core: dispatch. Every trap and interrupt comes through trap_dispatch() and finds its handler in
 * one of two tables; what nobody handles is reported in full, because it is our own mistake. */
#include "core/trap.h"

#include "hw/cpu.h"
#include "hw/entry.h"
#include "hw/idt.h"
#include "hw/pic.h"
#include "hw/power.h"
#include "klib/panic.h"
#include "klib/printf.h"

static trap_handler *trap_handlers[IDT_ENTRIES];
static irq_handler *irq_handlers[IDT_IRQS];
static uint32_t spurious_count;

void trap_set_handler(uint8_t vector, trap_handler *handler)
{
    trap_handlers[vector] = handler;
}

void irq_set_handler(uint32_t irq, irq_handler *handler)
{
    irq_handlers[irq] = handler;
    pic_unmask(irq);
}

uint32_t irq_spurious_count(void)
{
    return spurious_count;
}

static void irq_dispatch(uint32_t irq)
{
    if (pic_is_spurious(irq)) {
        spurious_count++;
        pic_end_spurious(irq);
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
    power_off(false);
}

void trap_dispatch(struct trap_frame *frame)
{
    uint32_t vector = frame->vector;

    if (vector >= IDT_IRQ_BASE && vector < IDT_IRQ_BASE + IDT_IRQS)
        irq_dispatch(vector - IDT_IRQ_BASE);
    else if (trap_handlers[vector])
        trap_handlers[vector](frame);
    else
        unhandled(frame);
}
