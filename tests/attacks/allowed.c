/* What a partition may do: cpuid, rdtsc, sgdt, sldt, str, smsw, lar, lsl, verr and verw tell it
 * about the machine, and change nothing.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define INSTRUCTION(name, text)                                                                \
    static void name(uint32_t zero)                                                            \
    {                                                                                          \
        uint32_t room[2];                                                                      \
                                                                                               \
        __asm__ volatile(text : "+a"(zero) : "S"(room) : "ebx", "ecx", "edx", "memory", "cc"); \
    }

INSTRUCTION(cpuid, "cpuid")
INSTRUCTION(rdtsc, "rdtsc")
INSTRUCTION(sgdt, "sgdt (%%esi)")
INSTRUCTION(sidt, "sidt (%%esi)")
INSTRUCTION(sldt, "sldt %%eax")
INSTRUCTION(str, "str %%eax")
INSTRUCTION(smsw, "smsw %%eax")
INSTRUCTION(lar, "movl $0x28, %%ecx\n\tlarl %%ecx, %%eax")
INSTRUCTION(lsl, "movl $0x28, %%ecx\n\tlsll %%ecx, %%eax")
INSTRUCTION(verr, "movl $0x10, %%ecx\n\tverr %%cx")
INSTRUCTION(verw, "movl $0x10, %%ecx\n\tverw %%cx")
INSTRUCTION(nothing, "lock addl $1, (%%esi)")

int main(uint32_t starts)
{
    static void (*const all[])(uint32_t) = {cpuid, rdtsc, sgdt, sidt, sldt, str,
                                            smsw,  lar,   lsl,  verr, verw, nothing};

    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < ARRAY_SIZE(all); i++)
        must_not_trap(all[i], i, "allowed");
    return 0;
}
