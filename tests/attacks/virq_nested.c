/* Virtual interrupts enabled again inside their handler, and one always pending: they nest until
 * the stack is used up, which is the partition's own fault.
 *
 * faults: 2 #SS
 * restarts: 1
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

void nest(void);
__asm__(".text\nnest:\n\tmovl $-1, 0xBFFFF004\n\tmovl $1, 0xBFFFF000\n\t"
        "movl $14, %eax\n\tint $0x82\n\tud2\n");

int main(uint32_t starts)
{
    (void)starts;
    bh_hypercall(BH_VIRQ_HANDLER, (uint32_t)nest, 0, 0, 0, 0);
    nest();
    return -1;
}
