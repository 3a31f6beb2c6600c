/* hw: the 8254. A mode byte to port 0x43 selects a channel, how its count is written and what its
 * output does; then the count goes to the channel's own port, in two bytes, low one first. The
 * counter starts with the second byte. */
#include "hw/pit.h"

#include "hw/io.h"
#include "hw/tsc.h"

enum {
    PIT_CHANNEL_0 = 0x40,
    PIT_CHANNEL_2 = 0x42,
    PIT_MODE = 0x43,

    /* Mode byte: channel (bits 7, 6), low then high byte (5, 4 = 11), mode (3 to 1), binary (0) */
    MODE_0_CHANNEL_0 = 0x30, /* mode 0: output rises, and stays, when the count is over */
    MODE_2_CHANNEL_0 = 0x34, /* mode 2: one low pulse at the end of each count, and again */
    MODE_0_CHANNEL_2 = 0xB0,

    SYSTEM_PORT_B = 0x61,
    GATE_2 = 0x01,   /* channel 2 counts while its gate is high */
    SPEAKER = 0x02,  /* lets its output reach the loudspeaker */
    OUTPUT_2 = 0x20, /* read only: its output */

    /* A clock of the PIT takes 838 ns, and a poll a microsecond on a bus, but 4 ns in an emulator
     * in which an instruction takes a nanosecond: that is 210 polls a clock. */
    POLLS_A_CLOCK = 256,
};

static void write_count(uint16_t port, uint16_t count)
{
    io_out8(port, (uint8_t)count);
    io_out8(port, (uint8_t)(count >> 8));
}

/* Waits without touching the bus. An rdtsc is slow in an emulator: it ends a piece of translated
 * code. So there are many no-ops between two of them, and QEMU waits 100 ms in 10 ms of ours.
 * Not inlined: so pit_measure() can be read in a debugger. */
static __attribute__((noinline)) void wait_quietly(uint64_t start, uint64_t ticks)
{
    while (tsc_read() - start < ticks)
        for (uint32_t i = 0; i < 16; i++)
            __asm__ volatile(".skip 64, 0x90"); /* 64 nops */
}

uint64_t pit_measure(uint16_t count, uint64_t quiet)
{
    uint64_t start;

    io_out8(SYSTEM_PORT_B, (uint8_t)((io_in8(SYSTEM_PORT_B) & ~SPEAKER) | GATE_2));
    io_out8(PIT_MODE, MODE_0_CHANNEL_2);
    write_count(PIT_CHANNEL_2, count); /* the output is low from here on */
    start = tsc_read();
    if (io_in8(SYSTEM_PORT_B) & OUTPUT_2)
        return 0;
    wait_quietly(start, quiet);
    for (uint32_t polls = 0; polls < (uint32_t)count * POLLS_A_CLOCK; polls++)
        if (io_in8(SYSTEM_PORT_B) & OUTPUT_2)
            return tsc_read() - start;
    return 0;
}

void pit_start_periodic(uint16_t count)
{
    io_out8(PIT_MODE, MODE_2_CHANNEL_0);
    write_count(PIT_CHANNEL_0, count);
}

void pit_start_one_shot(uint16_t count)
{
    io_out8(PIT_MODE, MODE_0_CHANNEL_0);
    write_count(PIT_CHANNEL_0, count);
}
