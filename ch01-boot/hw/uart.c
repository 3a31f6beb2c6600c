/* hw: COM1, polled. */
#include "hw/uart.h"

#include "hw/boot.h"
#include "hw/io.h"

enum {
    UART_DATA = COM1,           /* with DLAB: divisor, low byte */
    UART_INTERRUPTS = COM1 + 1, /* with DLAB: divisor, high byte */
    UART_FIFO = COM1 + 2,
    UART_LINE_CONTROL = COM1 + 3,
    UART_MODEM_CONTROL = COM1 + 4,
    UART_LINE_STATUS = COM1 + 5,
    UART_SCRATCH = COM1 + 7, /* keeps what is written, and does nothing else */

    LINE_8N1 = 0x03,
    LINE_DLAB = 0x80, /* divisor latch access: the first two ports change meaning */
    FIFO_ON_AND_CLEAR = 0x07,
    MODEM_DTR_RTS = 0x03,
    STATUS_ROOM = 0x20, /* the holding register can take a byte */
    STATUS_IDLE = 0x40, /* the shift register is empty too */
    DIVISOR_115200 = 1,
    POLLS_AT_MOST = 1000000,
};

static bool present;

/* Does the scratch register keep two bytes, one after the other? Where no chip is, nothing does. */
static bool find_chip(void)
{
    static const uint8_t patterns[] = {0x5A, 0xA5};

    for (uint32_t i = 0; i < ARRAY_SIZE(patterns); i++) {
        io_out8(UART_SCRATCH, patterns[i]);
        if (io_in8(UART_SCRATCH) != patterns[i])
            return false;
    }
    return true;
}

void uart_init(void)
{
    present = find_chip();
    if (!present)
        return;
    io_out8(UART_INTERRUPTS, 0);
    io_out8(UART_LINE_CONTROL, LINE_DLAB);
    io_out8(UART_DATA, DIVISOR_115200);
    io_out8(UART_INTERRUPTS, 0);
    io_out8(UART_LINE_CONTROL, LINE_8N1); /* Bochs honours it; QEMU does not care */
    io_out8(UART_FIFO, FIFO_ON_AND_CLEAR);
    io_out8(UART_MODEM_CONTROL, MODEM_DTR_RTS);
}

static void wait_for(uint8_t status)
{
    for (uint32_t i = 0; i < POLLS_AT_MOST; i++)
        if (io_in8(UART_LINE_STATUS) & status)
            return;
}

void uart_put(char c)
{
    if (!present)
        return;
    wait_for(STATUS_ROOM);
    if (c == '\n')
        io_out8(UART_DATA, '\r'); /* no second wait: room means 16 bytes, the whole FIFO */
    io_out8(UART_DATA, (uint8_t)c);
}

bool uart_ready(void)
{
    return !present || io_in8(UART_LINE_STATUS) & STATUS_ROOM;
}

void uart_drain(void)
{
    if (present)
        wait_for(STATUS_IDLE);
}
