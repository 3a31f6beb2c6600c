/* hw: resetting the machine. The keyboard controller of the first PC AT has a line to the
 * processor's reset pin, and every PC since then acts as if it were there (IBM PC AT Technical
 * Reference, 8042 command FE). */
#include "hw/reset.h"

#include "hw/cpu.h"
#include "hw/io.h"
#include "hw/uart.h"
#include "hw/uart_queue.h"

enum {
    CMOS_INDEX = 0x70, /* its bit 7 masks NMIs: left clear */
    CMOS_DATA = 0x71,
    CMOS_COUNT = 0x7A,      /* ours: firmware uses what lies below 0x70 */
    CMOS_COMPLEMENT = 0x7B, /* ~count: anything else means that nobody has written there */
    KEYBOARD_COMMAND = 0x64,
    PULSE_RESET = 0xFE,
};

static uint8_t cmos_read(uint8_t index)
{
    io_out8(CMOS_INDEX, index);
    return io_in8(CMOS_DATA);
}

static void cmos_write(uint8_t index, uint8_t value)
{
    io_out8(CMOS_INDEX, index);
    io_out8(CMOS_DATA, value);
}

static void set_count(uint8_t count)
{
    cmos_write(CMOS_COUNT, count);
    cmos_write(CMOS_COMPLEMENT, (uint8_t)(0xFF & ~count));
}

uint32_t reset_count(void)
{
    uint8_t count = cmos_read(CMOS_COUNT), complement = cmos_read(CMOS_COMPLEMENT);

    return (count ^ complement) == UINT8_MAX ? count : 0;
}

void reset_forget(void)
{
    if (reset_count())
        set_count(0);
}

void machine_reset(void)
{
    uint32_t count = reset_count();

    cpu_interrupts_off();
    set_count((uint8_t)(count < UINT8_MAX ? count + 1 : count));
    uart_queue_flush();
    uart_drain();
    for (;;)
        io_out8(KEYBOARD_COMMAND, PULSE_RESET);
}
