/* Ends itself while its line is high, unmasked, and waits for nobody.
 *
 * ends: finished 7
 * ports: first="0x60" last="0x60"
 * ports: first="0x64" last="0x64"
 * line: number="12" trigger="level"
 * emulators: qemu bochs
 */
#include "attack.h"

enum { MOUSE = 12, COMMAND = 0x64, DATA = 0x60 };

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
    command(0x60, 0x03);
    while (1 & in(COMMAND))
        in(DATA);
    bh_line_mask(MOUSE, 0);
    command(0xD3, 0x5A);
    while (!(bh_control()->virq_pending >> (BH_VIRQ_LINE + MOUSE) & 1))
        ;
    bh_line_end(MOUSE); /* it comes again, and waits again */
    bh_line_end(MOUSE);
    bh_halt(7);
}
