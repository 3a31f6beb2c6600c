/* Returns from traps that never were, with frames made up: every kind of EFLAGS, an address in the
 * hypervisor or nowhere. What comes of it is an ordinary trap of the partition.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static struct {
    uint32_t eax;
    struct bh_trap_return trap;
} forged;

static uint32_t stack[64];
uint32_t seen;

/* Where the forged frames return to: looks at its flags, and comes back by a trap. */
void landed(void);
__asm__(".text\nlanded:\n\tpushfl\n\tpopl seen\n\tud2\n");

static void go(uint32_t eip)
{
    forged.trap.eip = eip;
    forged.trap.esp = (uint32_t)&stack[64];
    __asm__ volatile("movl %0, %%esp\n\tint $0x82\n\tud2" : : "r"(&forged), "a"(BH_TRAP_RETURN));
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < 300; i++) {
        forged.trap.eflags = (i == 0 ? 0xFFFFFFFF : i == 1 ? 0 : random_word()) & ~0x100u;
        must_trap(6, go, (uint32_t)landed, "forged flags");
        check((seen & 0x3200) == 0x200, "IOPL or IF", seen);
        check(!(seen & 0x24000), "VM or NT", seen);
        check(bh_control()->virq_enabled == (forged.trap.eflags & 0x200), "virtual IF", seen);
    }
    forged.trap.eflags = 0xFFFFFFFF;
    must_trap(1, go, (uint32_t)landed, "TF in forged flags");
    forged.trap.eflags = 2;
    must_trap(14, go, IMAGE, "return into the hypervisor");
    check(caught.eip == IMAGE, "eip", caught.eip);
    must_trap(14, go, HYPERVISOR, "return to the border");
    must_trap(14, go, 0xFFFFFFFF, "return to the last byte");
    must_trap(14, go, 0, "return to null");
    return 0;
}
