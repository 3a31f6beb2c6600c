/* A partition that does one forbidden thing each time it is started. None may get through: one that
 * does ends with a negative result, and so fails the whole run. */
#include "lib/guest.h"

static void write_hypervisor(void)
{
    *(volatile uint32_t *)0xC0100000 = 0;
}

static void use_port(void)
{
    __asm__ volatile("outb %%al, %w0" : : "Nd"(0x3F8), "a"('!'));
}

static void stop_interrupts(void)
{
    __asm__ volatile("cli");
}

/* A trap handler, and no stack to push the trap onto. */
static void lose_stack(void)
{
    bh_hypercall(BH_TRAP_HANDLER, 6, 0x00400000, 0, 0, 0);
    __asm__ volatile("movl $0xC0000010, %esp\n\tud2");
}

/* A return from a trap that never was, with the stack in the hypervisor. */
static void return_from_nothing(void)
{
    __asm__ volatile("movl $0xC0000000, %%esp\n\tint %1\n\tud2"
                     :
                     : "a"(BH_TRAP_RETURN), "i"(BH_HYPERCALL_VECTOR));
}

/* A forged return that asks for IOPL 3, virtual-8086 mode and no interrupts, and would then use a
 * port; EFLAGS must come out clean, so that the port still faults. */
static void forge_flags(void)
{
    static struct {
        uint32_t eax;
        struct bh_trap_return trap;
    } forged;

    forged.trap.eip = (uint32_t)use_port;
    forged.trap.eflags = 0xFFFFFFFF & ~0x100u; /* everything but TF */
    forged.trap.esp = (uint32_t)&forged;
    __asm__ volatile("movl %0, %%esp\n\tint %2\n\tud2"
                     :
                     : "r"(&forged), "a"(BH_TRAP_RETURN), "i"(BH_HYPERCALL_VECTOR));
}

static void (*const attacks[])(void) = {
    write_hypervisor, use_port, stop_interrupts, lose_stack, return_from_nothing, forge_flags,
};

int main(uint32_t starts)
{
    if (starts < ARRAY_SIZE(attacks))
        attacks[starts]();
    return -1; /* still here: it got through */
}
