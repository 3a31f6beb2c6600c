/* Jumps, calls and returns into the hypervisor.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void call_to(uint32_t address)
{
    ((void (*)(void))address)();
}

static void jump_to(uint32_t address)
{
    __asm__ volatile("jmp *%0" : : "r"(address));
}

static void return_to(uint32_t address)
{
    __asm__ volatile("pushl %0\n\tret" : : "r"(address));
}

static void iret_to(uint32_t address)
{
    __asm__ volatile("pushfl\n\tpushl %%cs\n\tpushl %0\n\tiret" : : "r"(address));
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t at = IMAGE; at < IMAGE + 0x40000; at += 0xFFC) {
        must_trap(14, call_to, at, "call into the hypervisor");
        check(caught.eip == at && caught.address == at, "eip", caught.eip);
        must_trap(14, jump_to, at, "jump into the hypervisor");
        must_trap(14, return_to, at, "return into the hypervisor");
        must_trap(14, iret_to, at, "iret into the hypervisor");
    }
    must_trap(14, call_to, HYPERVISOR, "call to the border");
    must_trap(14, call_to, HYPERVISOR + VICTIM, "call into the victim");
    return 0;
}
