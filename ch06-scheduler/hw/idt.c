/* hw: the IDT. Every vector goes through an interrupt gate: a partition runs with IF set, and a
 * trap gate would leave it set in the hypervisor, where nothing may nest. */
#include "hw/idt.h"

#include "hw/entry.h"
#include "hw/gdt.h"

struct gate_descriptor idt[IDT_ENTRIES] __attribute__((aligned(8)));

static void set(uint8_t vector, uint16_t selector, uint32_t offset, enum gate_type type,
                uint8_t dpl)
{
    idt[vector] = (struct gate_descriptor){
        .offset_low = (uint16_t)offset,
        .selector = selector,
        .type = (uint8_t)(SEGMENT_PRESENT | dpl << SEGMENT_DPL_SHIFT | (int)type),
        .offset_high = (uint16_t)(offset >> 16),
    };
}

void idt_set_gate(uint8_t vector, enum gate_type type, uint8_t dpl)
{
    set(vector, SELECTOR_KERNEL_CODE, entry_stubs[vector], type, dpl);
}

void idt_set_task_gate(uint8_t vector, uint16_t tss)
{
    set(vector, tss, 0, GATE_TASK, 0);
}

void idt_init(void)
{
    struct table_register idtr = {.limit = sizeof idt - 1, .base = (uint32_t)idt};

    for (uint32_t vector = 0; vector < IDT_ENTRIES; vector++)
        idt_set_gate((uint8_t)vector, GATE_INTERRUPT, 0);
    idt_set_gate(TRAP_BREAKPOINT, GATE_INTERRUPT, 3);
    idt_set_gate(TRAP_OVERFLOW, GATE_INTERRUPT, 3);
    __asm__ volatile("lidt %0" : : "m"(idtr));
}
