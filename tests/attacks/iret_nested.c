/* iret with NT set: the CPU then wants to return to another task through the TSS's back link, which
 * leads nowhere. That is a #TS, charged to who asked for it.
 *
 * faults: 3 #TS
 * restarts: 2
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    __asm__ volatile("pushfl\n\tpushl %cs\n\tpushl $1f\n\t"
                     "pushl $0x4002\n\tpopfl\n\tiret\n1:");
    return -1;
}
