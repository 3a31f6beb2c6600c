/* hw: the GDT. Flat segments, because paging does the protecting; see gdt.h. */
#include "hw/gdt.h"

struct segment_descriptor gdt[GDT_ENTRIES] __attribute__((aligned(8)));

void gdt_set(uint16_t selector, uint32_t base, uint32_t limit, uint8_t access)
{
    uint8_t flags = 0;
    bool is_tss = !(access & 0x10);

    if (!is_tss)
        flags |= SEGMENT_32BIT;
    if (limit > 0xFFFFF) { /* does not fit 20 bits: count pages */
        limit >>= 12;
        flags |= SEGMENT_GRANULARITY;
    }
    gdt[selector / 8] = (struct segment_descriptor){
        .limit_low = (uint16_t)limit,
        .base_low = (uint16_t)base,
        .base_middle = (uint8_t)(base >> 16),
        .access = access,
        .limit_high_flags = (uint8_t)(flags | limit >> 16),
        .base_high = (uint8_t)(base >> 24),
    };
}

/* Loads CS with a far jump, since no move can do it, and the data segments with moves. */
static void load_segments(void)
{
    __asm__ volatile("ljmp %[code], $1f\n"
                     "1:\n\t"
                     "movw %w[data], %%ds\n\t"
                     "movw %w[data], %%es\n\t"
                     "movw %w[data], %%ss\n\t"
                     "movw %w[null], %%fs\n\t"
                     "movw %w[null], %%gs"
                     :
                     : [code] "i"(SELECTOR_KERNEL_CODE), [data] "r"(SELECTOR_KERNEL_DATA),
                       [null] "r"(SELECTOR_NULL)
                     : "memory");
}

void gdt_init(void)
{
    const uint8_t code = SEGMENT_PRESENT | SEGMENT_CODE, data = SEGMENT_PRESENT | SEGMENT_DATA;
    const uint8_t dpl3 = 3 << SEGMENT_DPL_SHIFT;
    struct table_register gdtr = {.limit = sizeof gdt - 1, .base = (uint32_t)gdt};

    gdt_set(SELECTOR_KERNEL_CODE, 0, 0xFFFFFFFF, code);
    gdt_set(SELECTOR_KERNEL_DATA, 0, 0xFFFFFFFF, data);
    gdt_set(SELECTOR_USER_CODE, 0, 0xFFFFFFFF, code | dpl3);
    gdt_set(SELECTOR_USER_DATA, 0, 0xFFFFFFFF, data | dpl3);
    __asm__ volatile("lgdt %0" : : "m"(gdtr));
    /* Out of reset the LDT is 64 KiB at linear address 0, which is going to be a partition's. */
    __asm__ volatile("lldt %w0" : : "r"(SELECTOR_NULL));
    load_segments();
}
