/* guests: mini-os' driver for the second serial port, a 16550 whose ports and interrupt line the
 * description gives to this partition. The port asks for more when it has sent what it has; then a
 * piece goes into its FIFO. Without a port, text goes to the hypervisor's console. */
#include "guests/mini-os/mini_os.h"

enum {
    COM2 = 0x2F8,
    LINE = 3,
    DATA = 0,     /* divisor, low, while DLAB is set */
    ENABLE = 1,   /* divisor, high */
    IDENTIFY = 2, /* written: FIFO control */
    CONTROL = 3,  /* line control */
    MODEM = 4,    /* modem control */
    STATUS = 5,   /* line status */
    SCRATCH = 7,  /* keeps what is written to it */
    ENABLE_SENT = 2,
    IDENTIFY_NONE = 1, /* no interrupt is pending */
    FIFO_ON_CLEAR = 7,
    CONTROL_8N1 = 3,
    CONTROL_DLAB = 0x80,
    MODEM_DTR_RTS_OUT2 = 0x0B, /* OUT2 lets the interrupt through on a PC */
    STATUS_SENT = 0x20,        /* the FIFO is empty */
    FIFO_SIZE = 16,
    BUFFER = 1024, /* a power of 2 */
};

volatile uint32_t serial_interrupts, serial_sent;

static bool present;
static char buffer[BUFFER];
static volatile uint32_t head, tail; /* run freely; what waits is head - tail */
static volatile bool sending;        /* an interrupt is to come */

static void out(uint32_t offset, uint32_t value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(COM2 + offset));
}

static uint32_t in(uint32_t offset)
{
    uint8_t value;

    __asm__ volatile("inb %w1, %0" : "=a"(value) : "Nd"(COM2 + offset));
    return value;
}

bool serial_init(void)
{
    out(SCRATCH, 0x5A);
    present = in(SCRATCH) == 0x5A;
    if (!present)
        return false;
    out(ENABLE, 0);
    out(CONTROL, CONTROL_DLAB);
    out(DATA, 1); /* 115200 */
    out(ENABLE, 0);
    out(CONTROL, CONTROL_8N1);
    out(IDENTIFY, FIFO_ON_CLEAR);
    out(MODEM, MODEM_DTR_RTS_OUT2);
    out(ENABLE, ENABLE_SENT);
    in(IDENTIFY);
    bh_line_mask(LINE, 0);
    return true;
}

/* Fills the FIFO from the buffer. */
static void send_piece(void)
{
    uint32_t count = 0;

    for (; count < FIFO_SIZE && tail != head; count++)
        out(DATA, (uint8_t)buffer[tail++ % BUFFER]);
    serial_sent += count;
    sending = count > 0;
}

void serial_interrupt(void)
{
    serial_interrupts++;
    if (!(IDENTIFY_NONE & in(IDENTIFY)) && (STATUS_SENT & in(STATUS)))
        send_piece();
    bh_line_end(LINE);
}

static void wait_for_room(void)
{
    while (head - tail == BUFFER) {
        bh_virq_enable();
        bh_wait();
        bh_virq_disable();
    }
}

void serial_write(const char *text, uint32_t bytes)
{
    if (!present) {
        bh_console_write(text, bytes);
        return;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        wait_for_room();
        buffer[head++ % BUFFER] = text[i];
        if (!sending)
            send_piece();
    }
}

bool serial_idle(void)
{
    return !sending && head == tail;
}
