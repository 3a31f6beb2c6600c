/* hw: task state segments. The double fault gets its own: it comes when an exception could not be
 * delivered, most often because the stack is gone, so its handler must not push onto that stack. */
#include "hw/tss.h"

#include "hw/boot.h"
#include "hw/cpu.h"
#include "hw/entry.h"
#include "hw/idt.h"
#include "hw/paging.h"
#include "hw/power.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "klib/string.h"

static struct tss own_tss = {.io_bitmap_offset = sizeof(struct tss)};
static struct tss double_fault_tss;
static char double_fault_stack[4096] __attribute__((aligned(16)));

struct segment_descriptor tss_descriptor(const struct tss *tss, uint32_t limit)
{
    uint32_t base = (uint32_t)tss;

    return (struct segment_descriptor){
        .limit_low = (uint16_t)limit,
        .base_low = (uint16_t)base,
        .base_middle = (uint8_t)(base >> 16),
        .access = SEGMENT_PRESENT | SEGMENT_TSS_AVAILABLE,
        .limit_high_flags = (uint8_t)(limit >> 16),
        .base_high = (uint8_t)(base >> 24),
    };
}

void tss_load(const struct segment_descriptor *descriptor)
{
    gdt[SELECTOR_TSS / 8] = *descriptor;
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TSS) : "memory");
}

void tss_with_ports_init(struct tss_with_ports *t)
{
    memset(t, 0, sizeof t->tss);
    memset(t->bitmap, 0xFF, sizeof t->bitmap);
    t->end = 0xFF;
    t->tss.ss0 = SELECTOR_KERNEL_DATA;
    t->tss.io_bitmap_offset = offsetof(struct tss_with_ports, bitmap);
}

void tss_allow_ports(struct tss_with_ports *t, uint16_t first, uint16_t last)
{
    for (uint32_t port = first; port <= last; port++)
        t->bitmap[port / 8] = (uint8_t)(t->bitmap[port / 8] & ~(1u << port % 8));
}

/* The state of the task that the double fault interrupted: the CPU saved it into its TSS, all but
 * CR3, which a task switch loads and never saves. So who fills a TSS writes its CR3 there. */
static const struct tss *interrupted_task(void)
{
    const struct segment_descriptor *d = &gdt[double_fault_tss.back_link / 8 % GDT_ENTRIES];

    return (const struct tss *)((uint32_t)d->base_high << 24 | (uint32_t)d->base_middle << 16 |
                                d->base_low);
}

void double_fault(void)
{
    const struct tss *t = interrupted_task();

    printf("\nPANIC: %s at eip 0x%08x: an exception could not be delivered\n",
           trap_name(TRAP_DOUBLE_FAULT), t->eip);
    printf("  eax=%08x ebx=%08x ecx=%08x edx=%08x\n", t->eax, t->ebx, t->ecx, t->edx);
    printf("  esi=%08x edi=%08x ebp=%08x esp=%08x\n", t->esi, t->edi, t->ebp, t->esp);
    printf("  cs=%04x ss=%04x eflags=%08x cr2=%08x cr3=%08x\n", t->cs, t->ss, t->eflags, cpu_cr2(),
           t->cr3);
    panic_backtrace(t->eip, t->ebp);
    power_off(false);
}

void tss_init(void)
{
    struct segment_descriptor own = tss_descriptor(&own_tss, sizeof own_tss - 1);

    double_fault_tss = (struct tss){
        .esp0 = (uint32_t)(double_fault_stack + sizeof double_fault_stack),
        .ss0 = SELECTOR_KERNEL_DATA,
        .cr3 = paging_physical(&kernel_page_directory),
        .eip = (uint32_t)double_fault,
        .eflags = EFLAGS_ONE,
        .esp = (uint32_t)(double_fault_stack + sizeof double_fault_stack),
        .es = SELECTOR_KERNEL_DATA,
        .cs = SELECTOR_KERNEL_CODE,
        .ss = SELECTOR_KERNEL_DATA,
        .ds = SELECTOR_KERNEL_DATA,
        .io_bitmap_offset = sizeof(struct tss),
    };
    gdt[SELECTOR_TSS_DOUBLE_FAULT / 8] =
        tss_descriptor(&double_fault_tss, sizeof double_fault_tss - 1);
    idt_set_task_gate(TRAP_DOUBLE_FAULT, SELECTOR_TSS_DOUBLE_FAULT);
    own_tss.cr3 = paging_physical(&kernel_page_directory);
    own_tss.ss0 = SELECTOR_KERNEL_DATA;
    own_tss.esp0 = (uint32_t)boot_stack_top;
    tss_load(&own);
}
