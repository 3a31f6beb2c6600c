/* hw: the FPU, which the hypervisor keeps for the partitions and never uses itself. */
#include "hw/fpu.h"

#include "hw/cpu.h"
#include "klib/panic.h"
#include "klib/string.h"

enum { MXCSR_AFTER_RESET = 0x1F80 };

static struct fpu_state clean;

void fpu_init(void)
{
    uint32_t features = cpuid(1).edx, mxcsr = MXCSR_AFTER_RESET;
    uint32_t cr4 = cpu_cr4() | CR4_OSFXSR;

    if (!(features & CPUID_1_EDX_FXSR))
        panic("this CPU has no fxsave (CPUID.1:EDX bit 24)");
    if (features & CPUID_1_EDX_SSE)
        cr4 |= CR4_OSXMMEXCPT;
    cpu_set_cr4(cr4);
    __asm__ volatile("fninit");
    if (features & CPUID_1_EDX_SSE)
        __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
    fpu_save(&clean);
    memset(clean.bytes + 32, 0, 128 + 128); /* ST0 to ST7 and XMM0 to XMM7, whatever a BIOS left */
}

void fpu_clean(struct fpu_state *state)
{
    memcpy(state, &clean, sizeof *state);
}
