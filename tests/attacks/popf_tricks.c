/* Asks for IOPL 3, IF clear, virtual-8086 mode and the virtual interrupt flags, by popf and by iret
 * with every image of EFLAGS. Nothing of it takes effect. (iret with VM: see iret_virtual_8086.)
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define ALLOWED 0x00244CD7u /* arithmetic, DF, NT, AC, ID, bit 1; IF is always there */

static uint32_t by_popf(uint32_t flags)
{
    uint32_t after;

    __asm__ volatile("pushl %1\n\tpopfl\n\tpushfl\n\tpopl %0\n\tpushl $2\n\tpopfl"
                     : "=r"(after)
                     : "r"(flags)
                     : "cc", "memory");
    return after;
}

static uint32_t by_iret(uint32_t flags)
{
    uint32_t after;

    __asm__ volatile("pushl %1\n\tpushl %%cs\n\tpushl $1f\n\tiret\n1:\t"
                     "pushfl\n\tpopl %0\n\tpushl $2\n\tpopfl"
                     : "=r"(after)
                     : "r"(flags)
                     : "cc", "memory");
    return after;
}

static void use_port(uint32_t port)
{
    __asm__ volatile("outb %%al, %w0" : : "d"(port), "a"('!'));
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t flags = (random_word() | (i & 1 ? 0x3000 : 0)) & ~0x100u; /* TF is for others */
        uint32_t after = by_popf(flags);

        check((after & 0x23200) == 0x200, "popf: IOPL, IF or VM", after);
        after = by_iret(flags & ~0x20000u);
        check((after & 0x23200) == 0x200, "iret: IOPL, IF or VM", after);
        check((after & 0x3000) == 0 && (after & ~(ALLOWED | 0x800 | 0x10200)) == 0, "iret", after);
        if (i % 100 == 0)
            must_trap(13, use_port, 0x3F8, "a port after popf");
    }
    return 0;
}
