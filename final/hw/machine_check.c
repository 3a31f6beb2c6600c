/* hw: machine checks. As the double fault, they get a task with a stack of its own: nobody knows
 * what state the interrupted stack is in, and nothing returns from here. */
#include "hw/machine_check.h"

#include "hw/cpu.h"
#include "hw/gdt.h"
#include "hw/idt.h"
#include "hw/msr.h"
#include "hw/paging.h"
#include "hw/trap.h"
#include "hw/tss.h"
#include "klib/panic.h"
#include "klib/printf.h"

enum {
    CPUID_1_EDX_MCE = 1 << 7,  /* the exception */
    CPUID_1_EDX_MCA = 1 << 14, /* banks of registers that say what is broken */
    MSR_MCG_CAP = 0x179,       /* bits 0 to 7: how many banks; bit 8: MCG_CTL is there */
    MCG_CAP_CTL = 1 << 8,
    MSR_MCG_CTL = 0x17B,
    MSR_MC0_CTL = 0x400, /* of bank 0; then its status, address and more; 4 for each bank */
    BANKS_MAX = 32,
};
#define MC_STATUS_VALID (1ull << 63)
#define MC_STATUS_ADDRESS (1ull << 58)

static struct tss task;
static char stack[4096] __attribute__((aligned(16)));
static uint32_t banks;
static void (*after_report)(void);

/* The state of what was interrupted: the CPU saved it into its TSS. */
static const struct tss *interrupted(void)
{
    const struct segment_descriptor *d = &gdt[task.back_link / 8 % GDT_ENTRIES];

    return (const struct tss *)((uint32_t)d->base_high << 24 | (uint32_t)d->base_middle << 16 |
                                d->base_low);
}

static void __attribute__((noreturn)) machine_check(void)
{
    const struct tss *t = interrupted();

    printf("\nPANIC: %s at eip 0x%08x, CPL %u\n", trap_name(TRAP_MACHINE_CHECK), t->eip, t->cs & 3);
    for (uint32_t i = 0; i < banks; i++) {
        uint64_t status = msr_read(MSR_MC0_CTL + 4 * i + 1);

        if (status & MC_STATUS_VALID)
            printf("  bank %u: status 0x%llx, address 0x%llx\n", i, status,
                   status & MC_STATUS_ADDRESS ? msr_read(MSR_MC0_CTL + 4 * i + 2) : 0);
    }
    panic_set_end(after_report);
    panic_end();
}

/* Each bank reports everything from now on; what it held from before is no news. */
static void start_banks(void)
{
    uint64_t capabilities = msr_read(MSR_MCG_CAP);

    banks = (uint32_t)capabilities & 0xFF;
    if (banks > BANKS_MAX)
        banks = BANKS_MAX;
    if (capabilities & MCG_CAP_CTL)
        msr_write(MSR_MCG_CTL, UINT64_MAX);
    for (uint32_t i = 0; i < banks; i++) {
        msr_write(MSR_MC0_CTL + 4 * i, UINT64_MAX);
        msr_write(MSR_MC0_CTL + 4 * i + 1, 0);
    }
}

void machine_check_init(void (*end)(void))
{
    uint32_t features = cpuid(1).edx;

    if (!(features & CPUID_1_EDX_MCE))
        return;
    after_report = end;
    task = (struct tss){
        .esp0 = (uint32_t)(stack + sizeof stack),
        .ss0 = SELECTOR_KERNEL_DATA,
        .cr3 = paging_physical(&kernel_page_directory),
        .eip = (uint32_t)machine_check,
        .eflags = EFLAGS_ONE,
        .esp = (uint32_t)(stack + sizeof stack),
        .es = SELECTOR_KERNEL_DATA,
        .cs = SELECTOR_KERNEL_CODE,
        .ss = SELECTOR_KERNEL_DATA,
        .ds = SELECTOR_KERNEL_DATA,
        .io_bitmap_offset = sizeof(struct tss),
    };
    gdt[SELECTOR_TSS_MACHINE_CHECK / 8] = tss_descriptor(&task, sizeof task - 1);
    idt_set_task_gate(TRAP_MACHINE_CHECK, SELECTOR_TSS_MACHINE_CHECK);
    if (features & CPUID_1_EDX_MCA)
        start_banks();
    cpu_set_cr4(cpu_cr4() | CR4_MCE);
}
