/* hw: AMD's processors, and those that are built like them. */
#include "hw/fpu_leak.h"

#include "hw/cpu.h"
#include "klib/string.h"

static bool vendor_is(const struct cpuid *c, const char *name)
{
    uint32_t words[3] = {c->ebx, c->edx, c->ecx};

    return memcmp(words, name, sizeof words) == 0;
}

bool fpu_leaks(void)
{
    struct cpuid c = cpuid(0);

    return vendor_is(&c, "AuthenticAMD") || vendor_is(&c, "HygonGenuine");
}

/* A load whose operand is ours. fnclex first: with an exception pending it would raise #MF. emms,
 * so that there is room for what it loads. */
void fpu_forget(void)
{
    static const uint32_t zero;

    __asm__ volatile("fnclex\n\temms\n\tfildl %0" : : "m"(zero));
}
