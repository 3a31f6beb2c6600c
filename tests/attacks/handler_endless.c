/* A handler that faults with a fresh stack each time: it goes on for ever, in its own time.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

uint32_t endless_stack[64];
void endless(void);
__asm__(".text\nendless:\n\tmovl $endless_stack+256, %esp\n\tud2\n");

int main(uint32_t starts)
{
    (void)starts;
    bh_hypercall(BH_TRAP_HANDLER, 6, (uint32_t)endless, 0, 0, 0);
    __asm__ volatile("ud2");
    return -1;
}
