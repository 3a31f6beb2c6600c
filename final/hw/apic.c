/* hw: the local APIC. Only its timer is used; external interrupts still come from the 8259s,
 * through the local input LINT0, which the APIC passes on as it is ("virtual wire mode", Intel SDM
 * vol. 3A, 11.5.1). */
#include "hw/apic.h"

#include "hw/cpu.h"
#include "hw/msr.h"
#include "hw/paging.h"

enum {
    CPUID_1_EDX_APIC = 0x00000200,
    CPUID_1_ECX_DEADLINE = 0x01000000,

    BASE_ENABLED = 0x800, /* of MSR_APIC_BASE */

    /* Registers, as offsets from the APIC's base (Intel SDM vol. 3A, table 11-1). */
    TASK_PRIORITY = 0x080,
    SPURIOUS = 0x0F0,
    LVT_TIMER = 0x320,
    LVT_LINT0 = 0x350,
    LVT_LINT1 = 0x360,

    SPURIOUS_ENABLE = 0x100,
    DELIVER_NMI = 0x400,
    DELIVER_EXTERNAL = 0x700,
    TIMER_ONE_SHOT = 0x00000,
    TIMER_DEADLINE = 0x40000,
};

static void write(uint32_t offset, uint32_t value)
{
    *apic_register(offset) = value;
}

void apic_map_window(void)
{
    kernel_page_directory.entry[paging_directory_index(APIC_WINDOW)] =
        (APIC_PHYSICAL & LARGE_PAGE_ADDRESS) | PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE |
        PAGE_GLOBAL | PAGE_CACHE_DISABLE;
    paging_invalidate(APIC_WINDOW);
}

enum apic_timer apic_init(void)
{
    struct cpuid features = cpuid(1);
    bool deadline = features.ecx & CPUID_1_ECX_DEADLINE;
    uint64_t base;

    if (!(features.edx & CPUID_1_EDX_APIC))
        return APIC_TIMER_NONE;
    base = msr_read(MSR_APIC_BASE);
    if ((base & ~0xFFFull) != APIC_PHYSICAL)
        return APIC_TIMER_NONE;
    msr_write(MSR_APIC_BASE, base | BASE_ENABLED);
    apic_map_window();

    write(SPURIOUS, SPURIOUS_ENABLE | APIC_SPURIOUS_VECTOR);
    write(TASK_PRIORITY, 0);
    write(LVT_LINT0, DELIVER_EXTERNAL);
    write(LVT_LINT1, DELIVER_NMI);
    write(APIC_DIVIDE, APIC_DIVIDE_BY_1);
    write(LVT_TIMER, APIC_TIMER_VECTOR | (deadline ? TIMER_DEADLINE : TIMER_ONE_SHOT));
    return deadline ? APIC_TIMER_DEADLINE : APIC_TIMER_COUNTER;
}
