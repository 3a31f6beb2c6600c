/* Runs code in the last bytes below the hypervisor (the control page may be executed), so that an
 * instruction or the next one lies across the border.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void run_at(uint32_t address)
{
    ((void (*)(void))address)();
}

int main(uint32_t starts)
{
    volatile uint8_t *last = (volatile uint8_t *)HYPERVISOR;

    (void)starts;
    catch_all();
    last[-1] = 0x90; /* nop, and then the hypervisor's first byte */
    must_trap(14, run_at, HYPERVISOR - 1, "nop at the border");
    check(caught.eip == HYPERVISOR, "eip", caught.eip);
    for (uint32_t bytes = 1; bytes < 6; bytes++) { /* movl $imm32, %eax, cut by the border */
        last[-(int32_t)bytes] = 0xB8;
        if (bytes == 5) { /* all of it fits, then comes the border */
            must_trap(14, run_at, HYPERVISOR - bytes, "mov before the border");
            check(caught.eip == HYPERVISOR, "eip", caught.eip);
        } else {
            must_trap(14, run_at, HYPERVISOR - bytes, "mov across the border");
            check(caught.eip == HYPERVISOR - bytes && caught.address == HYPERVISOR, "eip",
                  caught.eip);
        }
    }
    last[-2] = 0xCD; /* int $0x82: a hypercall whose next instruction is the hypervisor's */
    last[-1] = 0x82;
    must_trap(14, run_at, HYPERVISOR - 2, "hypercall at the border");
    check(caught.eip == HYPERVISOR, "eip", caught.eip);
    return 0;
}
