/* Puts its stack pointer below, at and above the border, at 0 and into nothing, and then makes
 * hypercalls and lets timer interrupts come. The hypervisor has a stack of its own and minds none.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static __attribute__((noinline)) uint32_t hold(uint32_t stack, uint32_t rounds)
{
    uint32_t result;

    __asm__ volatile("movl %%esp, %%esi\n\tmovl %%edx, %%esp\n"
                     "1:\txorl %%eax, %%eax\n\tint $0x82\n\tdecl %%ecx\n\tjnz 1b\n\t"
                     "movl %%esp, %%edx\n\tmovl %%esi, %%esp"
                     : "=&a"(result), "+d"(stack), "+c"(rounds)
                     :
                     : "esi", "memory", "cc");
    return stack;
}

int main(uint32_t starts)
{
    static const uint32_t stacks[] = {
        0,          1,          4,          24,         0x1000,     NOWHERE,    0xBFFFEFFC,
        0xBFFFFFFC, 0xC0000000, 0xC0000004, 0xC0000018, 0xC0100000, 0xFFFFFFF0, 0xFFFFFFFF,
    };

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(stacks); i++)
        check(hold(stacks[i], 1000) == stacks[i], "the stack pointer changed", stacks[i]);
    for (uint32_t i = 0; i < 3; i++)
        check(hold(0xC0100000, 8000) == 0xC0100000, "the stack pointer changed", i);
    return 0;
}
