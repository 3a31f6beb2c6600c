/* Instructions that are none: undefined, locked where they may not be, too long; and traps by
 * arithmetic, bound and into. All are ordinary exceptions of the partition.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define INSTRUCTION(name, text)                                                          \
    static void name(uint32_t zero)                                                      \
    {                                                                                    \
        __asm__ volatile(text : "+a"(zero) : "b"(&zero) : "ecx", "edx", "memory", "cc"); \
    }

INSTRUCTION(ud2, "ud2")
INSTRUCTION(ud0, ".byte 0x0F, 0xFF, 0xC0")
INSTRUCTION(lock_register, ".byte 0xF0, 0x01, 0xC0")        /* lock addl %eax, %eax */
INSTRUCTION(lock_nop, ".byte 0xF0, 0x90")                   /* lock nop */
INSTRUCTION(lock_cmpxchg8b, ".byte 0xF0, 0x0F, 0xC7, 0xC8") /* lock cmpxchg8b %eax: F00F */
INSTRUCTION(mov_cs, ".byte 0x8E, 0xC8")                     /* movl %eax, %cs */
INSTRUCTION(lea_register, ".byte 0x8D, 0xC0")               /* leal %eax, %eax */
INSTRUCTION(far_register, ".byte 0xFF, 0xD8")               /* lcall *%eax */
INSTRUCTION(too_long, ".fill 15, 1, 0x2E\n\tnop")           /* 16 bytes */
INSTRUCTION(divide, "xorl %%edx, %%edx\n\tdivl %%edx")
INSTRUCTION(overflow, "movl $0x80000000, %%eax\n\tcltd\n\tmovl $-1, %%ecx\n\tidivl %%ecx")
INSTRUCTION(aam, ".byte 0xD4, 0x00")
INSTRUCTION(into_, "movl $0x7FFFFFFF, %%ecx\n\tincl %%ecx\n\tinto")
INSTRUCTION(breakpoint, "int3")

static void bound_(uint32_t zero)
{
    int32_t bounds[2] = {1, 2};

    __asm__ volatile("boundl %0, %1" : : "r"(zero), "m"(bounds));
}

int main(uint32_t starts)
{
    static const struct {
        void (*run)(uint32_t zero);
        uint32_t vector;
        const char *name;
    } all[] = {
        {ud2, 6, "ud2"},
        {ud0, 6, "ud0"},
        {lock_register, 6, "lock add"},
        {lock_nop, 6, "lock nop"},
        {lock_cmpxchg8b, 6, "lock cmpxchg8b"},
        {mov_cs, 6, "mov cs"},
        {lea_register, 6, "lea"},
        {far_register, 6, "lcall register"},
        {too_long, 13, "16 bytes"},
        {divide, 0, "divide by 0"},
        {overflow, 0, "divide overflow"},
        {aam, 0, "aam 0"},
        {into_, 4, "into"},
        {bound_, 5, "bound"},
        {breakpoint, 3, "int3"},
    };

    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < ARRAY_SIZE(all); i++)
        must_trap(all[i].vector, all[i].run, 0, all[i].name);
    return 0;
}
