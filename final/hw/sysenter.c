/* hw: `sysenter`. The CPU takes CS and ESP from two MSRs, SS is the GDT's next entry, and EIP is a
 * third MSR's; what it leaves alone is all the rest, also TF, NT, AC and the return address. */
#include "hw/sysenter.h"

#include "hw/cpu.h"
#include "hw/gdt.h"
#include "hw/msr.h"

enum {
    CPUID_1_EDX_SEP = 1 << 11,
    MSR_SYSENTER_CS = 0x174,
    MSR_SYSENTER_ESP = 0x175,
    MSR_SYSENTER_EIP = 0x176,
};

/* sysexit counts on this order (Intel SDM vol. 2B, SYSEXIT). */
_Static_assert(SELECTOR_KERNEL_DATA == SELECTOR_KERNEL_CODE + 8 &&
                   SELECTOR_USER_CODE == SELECTOR_KERNEL_CODE + 16 + SELECTOR_PRIVILEGE &&
                   SELECTOR_USER_DATA == SELECTOR_KERNEL_CODE + 24 + SELECTOR_PRIVILEGE,
               "the selectors' order");

void sysenter_entry(void);

static bool present;

bool sysenter_present(void)
{
    return present;
}

void sysenter_init(void *stack)
{
    struct cpuid c = cpuid(1);
    uint32_t family = c.eax >> 8 & 0xF, model_stepping = c.eax & 0xFF;

    /* The first Pentium Pros claim it and have not got it (Intel SDM vol. 2B, SYSENTER). */
    present = c.edx & CPUID_1_EDX_SEP && !(family == 6 && model_stepping < 0x33);
    if (!present)
        return;
    msr_write(MSR_SYSENTER_CS, SELECTOR_KERNEL_CODE);
    msr_write(MSR_SYSENTER_ESP, (uint32_t)stack);
    msr_write(MSR_SYSENTER_EIP, (uint32_t)sysenter_entry);
}
