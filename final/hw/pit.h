/**
 * @file
 * hw: the 8254 programmable interval timer (Intel 8254 data sheet), the PC's oldest clock and the
 * only one whose frequency is known beforehand.
 *
 * Three 16-bit counters count down at 1 193 182 Hz. Channel 0 drives IRQ 0. Channel 2 drove the
 * speaker; its gate and output are bits of port 0x61, so it can time something without interrupts.
 */
#ifndef HW_PIT_H
#define HW_PIT_H

#include "klib/types.h"

enum {
    PIT_HZ = 1193182, /**< input clock: a third of the colour burst's 3.579545 MHz */
    PIT_MAX_COUNT = 65535,
    PIT_MIN_MEASURE = 64, /**< shorter counts may be over before the first poll, at 1 us a poll */
};

/**
 * Lets channel 2 count down once and measures how long that takes.
 *
 * The time runs from the count's second byte to the first poll that sees the output high, and so
 * includes a constant part: the chip needs a clock to load the count and one more to reach zero,
 * and each `in` takes its time. The difference between two measurements is free of it.
 *
 * @param count  clocks of the PIT, PIT_MIN_MEASURE to PIT_MAX_COUNT
 * @param quiet  TSC ticks at the start in which the output is not polled: polling a port is slow,
 *               on a bus and in an emulator, and only the end of the count is of interest
 * @return TSC ticks, or 0 when the output was not low at first or never rose: no PIT
 */
uint64_t pit_measure(uint16_t count, uint64_t quiet);

/**
 * Starts IRQ 0 at a fixed rate (mode 2).
 * @param count  clocks between two interrupts, 2 to PIT_MAX_COUNT
 */
void pit_start_periodic(uint16_t count);

/**
 * Arms one IRQ 0 (mode 0); an earlier one that is still to come is forgotten.
 * @param count  clocks from now, 1 to PIT_MAX_COUNT
 */
void pit_start_one_shot(uint16_t count);

#endif
