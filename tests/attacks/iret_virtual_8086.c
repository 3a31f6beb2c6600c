/* iret with VM set in the image. At CPL 3 the bit is ignored (Intel SDM vol. 2A, IRET). In Bochs
 * only: QEMU forgets to ask for CPL 0 and enters virtual-8086 mode, with any IOPL.
 *
 * ends: finished 0
 * emulators: bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    for (uint32_t i = 0; i < 100; i++) {
        uint32_t after, flags = (random_word() | 0x20000) & ~0x100u;

        __asm__ volatile("pushl %1\n\tpushl %%cs\n\tpushl $1f\n\tiret\n1:\t"
                         "pushfl\n\tpopl %0\n\tpushl $2\n\tpopfl"
                         : "=r"(after)
                         : "r"(flags)
                         : "cc", "memory");
        check((after & 0x23200) == 0x200, "IOPL, IF or VM", after);
    }
    return 0;
}
