/* A level-triggered line that nobody ever lowers, and an owner that says each time that it has
 * handled it: the line comes again at once, for ever, also at the end of its slots.
 *
 * ends: ready
 * ports: first="0x60" last="0x60"
 * ports: first="0x64" last="0x64"
 * line: number="12" trigger="level"
 * emulators: qemu bochs
 */
#include "attack.h"

enum { MOUSE = 12, COMMAND = 0x64, DATA = 0x60 };

static volatile uint32_t came;

static void again(struct bh_trap *trap)
{
    (void)trap;
    came++;
    bh_line_end(MOUSE);
}

static uint8_t in(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void command(uint8_t what, uint8_t value)
{
    while (2 & in(COMMAND))
        ;
    __asm__ volatile("outb %0, %1" : : "a"(what), "Nd"((uint16_t)COMMAND));
    while (2 & in(COMMAND))
        ;
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"((uint16_t)DATA));
}

int main(uint32_t starts)
{
    (void)starts;
    while (1 & in(COMMAND))
        in(DATA);
    command(0x60, 0x03); /* configuration: both interrupts, both ports enabled */
    while (1 & in(COMMAND))
        in(DATA);
    bh_virq_handler_set(BH_VIRQ_LINE + MOUSE, again);
    bh_virq_enable();
    bh_line_mask(MOUSE, 0);
    command(0xD3, 0x5A); /* a byte as if the mouse had sent it */
    spin(20000);
    check(came > 100, "no storm", came);
    for (;;)
        spin(1000);
}
