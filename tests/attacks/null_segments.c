/* Makes DS, ES, FS and GS null, and lets hypercalls, timer interrupts and slot switches come. The
 * hypervisor needs its own segments, and gives the null ones back.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static uint32_t hold_null(uint32_t rounds)
{
    uint32_t sum;

    __asm__ volatile("pushl %%ds\n\tpushl %%es\n\tpushl %%fs\n\tpushl %%gs\n\t"
                     "xorl %%edx, %%edx\n\tmovl %%edx, %%ds\n\tmovl %%edx, %%es\n\t"
                     "movl %%edx, %%fs\n\tmovl %%edx, %%gs\n"
                     "1:\tmovl $%c[null], %%eax\n\tint $0x82\n\tdecl %%ecx\n\tjnz 1b\n\t"
                     "movl %%ds, %%eax\n\tmovl %%es, %%edx\n\torl %%edx, %%eax\n\t"
                     "movl %%fs, %%edx\n\torl %%edx, %%eax\n\tmovl %%gs, %%edx\n\t"
                     "orl %%edx, %%eax\n\t"
                     "popl %%gs\n\tpopl %%fs\n\tpopl %%es\n\tpopl %%ds"
                     : "=&a"(sum), "+c"(rounds)
                     : [null] "i"(BH_NULL)
                     : "edx", "memory", "cc");
    return sum;
}

int main(uint32_t starts)
{
    (void)starts;
    for (uint32_t i = 0; i < 4; i++)
        check(hold_null(8000) == 0, "a null selector became something else", i);
    return 0;
}
