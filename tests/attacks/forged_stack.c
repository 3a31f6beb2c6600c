/* Asks for a trap return with the stack pointer where no whole frame can be read: refused with
 * BH_EFAULT, and everything stays as it was.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static __attribute__((noinline)) int32_t return_from(uint32_t stack)
{
    int32_t result;
    uint32_t after;

    __asm__ volatile("movl %%esp, %%esi\n\tmovl %%edx, %%esp\n\tint $0x82\n\t"
                     "movl %%esp, %%edx\n\tmovl %%esi, %%esp"
                     : "=a"(result), "=d"(after)
                     : "0"(BH_TRAP_RETURN), "1"(stack)
                     : "esi", "memory", "cc");
    check(after == stack, "the stack pointer changed", after);
    return result;
}

int main(uint32_t starts)
{
    static const uint32_t stacks[] = {
        0,     4,          NOWHERE,    HYPERVISOR - 4, HYPERVISOR - 24, HYPERVISOR,
        IMAGE, 0xFFFFFFF0, 0xFFFFFFE4, 0xFFFFFFFC,     0xFFFFFFFF,      0x00410000 - 4,
    };

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(stacks); i++)
        check(return_from(stacks[i]) == BH_EFAULT, "a frame that is not there", stacks[i]);
    return 0;
}
