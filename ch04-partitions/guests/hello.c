/* A partition that was granted the serial port's I/O ports (core/system.c): it drives the UART
 * itself, and the hypervisor does not notice. */
#include "klib/types.h"
#include "lib/guest.h"

enum { COM1_DATA = 0x3F8, COM1_STATUS = 0x3FD, STATUS_ROOM = 0x20 };

static uint32_t word = 0x11111111; /* the partition 'worker' has another one at its address */

static uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port));
    return value;
}

static void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port));
}

static void put(char c)
{
    if (c == '\n')
        put('\r');
    while (!(in8(COM1_STATUS) & STATUS_ROOM))
        ;
    out8(COM1_DATA, (uint8_t)c);
}

int main(uint32_t starts, uint32_t unused)
{
    (void)starts, (void)unused;
    printf_set_sink(put);
    printf("[hello] I drive the UART myself. My word at %p holds 0x%08x.\n", (void *)&word, word);
    return 0;
}
