/* hw: a trap in words. */
#include "hw/trap.h"

#include "hw/idt.h"
#include "hw/paging.h"
#include "klib/printf.h"

static const char *const exception_names[] = {
    [TRAP_DIVIDE] = "#DE divide error",
    [TRAP_DEBUG] = "#DB debug",
    [TRAP_NMI] = "NMI non-maskable interrupt",
    [TRAP_BREAKPOINT] = "#BP breakpoint",
    [TRAP_OVERFLOW] = "#OF overflow",
    [TRAP_BOUND] = "#BR bound range exceeded",
    [TRAP_INVALID_OPCODE] = "#UD invalid opcode",
    [TRAP_NO_FPU] = "#NM no FPU",
    [TRAP_DOUBLE_FAULT] = "#DF double fault",
    [9] = "coprocessor segment overrun",
    [TRAP_INVALID_TSS] = "#TS invalid TSS",
    [TRAP_NOT_PRESENT] = "#NP segment not present",
    [TRAP_STACK] = "#SS stack fault",
    [TRAP_PROTECTION] = "#GP general protection",
    [TRAP_PAGE_FAULT] = "#PF page fault",
    [15] = "vector 15 (reserved)",
    [TRAP_FPU] = "#MF x87 FPU error",
    [TRAP_ALIGNMENT] = "#AC alignment check",
    [TRAP_MACHINE_CHECK] = "#MC machine check",
    [TRAP_SIMD] = "#XM SIMD floating-point error",
};

static const char *const irq_names[IDT_IRQS] = {
    "IRQ 0 timer",  "IRQ 1 keyboard", "IRQ 2 cascade", "IRQ 3 COM2",
    "IRQ 4 COM1",   "IRQ 5",          "IRQ 6 floppy",  "IRQ 7 LPT1 or spurious",
    "IRQ 8 clock",  "IRQ 9",          "IRQ 10",        "IRQ 11",
    "IRQ 12 mouse", "IRQ 13 FPU",     "IRQ 14 disk",   "IRQ 15 disk or spurious",
};

const char *trap_name(uint32_t vector)
{
    if (vector < ARRAY_SIZE(exception_names))
        return exception_names[vector];
    if (vector >= IDT_IRQ_BASE && vector < IDT_IRQ_BASE + IDT_IRQS)
        return irq_names[vector - IDT_IRQ_BASE];
    return vector < IDT_EXCEPTIONS ? "reserved exception" : "unassigned vector";
}

/* The error code's fetch bit exists with PAE only (Intel SDM vol. 3A, 4.7), but an instruction that
 * faults at its own address was being fetched. */
static void print_page_fault(const struct trap_frame *f, uint32_t address)
{
    uint32_t error = f->error;
    bool fetch = (error & PAGE_FAULT_FETCH) || address == f->eip;

    printf("  %s 0x%08x at %s level: %s\n",
           error & PAGE_FAULT_WRITE ? "write to"
           : fetch                  ? "fetch from"
                                    : "read of",
           address, error & PAGE_FAULT_USER ? "user" : "supervisor",
           error & PAGE_FAULT_RESERVED     ? "a reserved bit is set in its entry"
           : error & PAGE_FAULT_PROTECTION ? "the page forbids it"
                                           : "no page is there");
}

static void print_selector(uint32_t error)
{
    const char *table = error & TRAP_ERROR_IDT   ? "IDT vector"
                        : error & TRAP_ERROR_LDT ? "LDT index"
                                                 : "GDT index";

    if (!error) {
        printf("  error code 0: no selector is to blame\n");
        return;
    }
    printf("  error code 0x%x: %s %u%s\n", error, table, (error & 0xFFFF) >> 3,
           error & TRAP_ERROR_EXTERNAL ? ", during an external event" : "");
}

void trap_print_cause(const struct trap_frame *f, uint32_t address)
{
    bool has_error = f->vector < IDT_EXCEPTIONS && (TRAP_HAS_ERROR_CODE >> f->vector & 1);

    printf("%s (vector %u) at eip 0x%08x, CPL %u\n", trap_name(f->vector), f->vector, f->eip,
           trap_cpl(f));
    if (f->vector == TRAP_PAGE_FAULT)
        print_page_fault(f, address);
    else if (has_error)
        print_selector(f->error);
}

static void print_registers(const struct trap_frame *f)
{
    bool other_level = trap_cpl(f) != 0; /* only then did the CPU push SS:ESP */
    uint32_t esp = other_level ? f->esp : (uint32_t)&f->esp;

    printf("  eax=%08x ebx=%08x ecx=%08x edx=%08x\n", f->eax, f->ebx, f->ecx, f->edx);
    printf("  esi=%08x edi=%08x ebp=%08x esp=%08x\n", f->esi, f->edi, f->ebp, esp);
    printf("  cs=%04x ds=%04x es=%04x fs=%04x gs=%04x eflags=%08x\n", f->cs & 0xFFFF,
           f->ds & 0xFFFF, f->es & 0xFFFF, f->fs & 0xFFFF, f->gs & 0xFFFF, f->eflags);
}

void trap_print(const struct trap_frame *f, uint32_t address)
{
    trap_print_cause(f, address);
    print_registers(f);
}
