/* A partition that tries one forbidden thing each time it is started. None may get through: a try
 * that does ends with a negative result, and so fails the whole run. */
#include "klib/types.h"
#include "lib/guest.h"

static void write_hypervisor(void)
{
    *(volatile uint32_t *)0xC0100000 = 0;
}

static void read_hypervisor(void)
{
    (void)*(volatile uint32_t *)0xC0100000;
}

static void write_own_code(void)
{
    *(volatile uint8_t *)(uintptr_t)write_own_code = 0xC3;
}

static void use_port(void)
{
    __asm__ volatile("outb %%al, %w0" : : "Nd"(0x3F8), "a"('!'));
}

static void stop_interrupts(void)
{
    __asm__ volatile("cli");
}

static void load_page_directory(void)
{
    __asm__ volatile("movl %0, %%cr3" : : "r"(0));
}

static void (*const attacks[])(void) = {
    write_hypervisor, read_hypervisor, write_own_code,
    use_port,         stop_interrupts, load_page_directory,
};

/* starts: how often we were stopped before. target: a word of the hypervisor's, in the ring 1
 * experiment only. */
int main(uint32_t starts, uint32_t target)
{
    if (target) {
        *(volatile uint32_t *)target = 0x0BADC0DE;
        return 0;
    }
    if (starts < ARRAY_SIZE(attacks))
        attacks[starts]();
    return -1; /* still here: it got through */
}
