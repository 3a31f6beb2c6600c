/**
 * @file
 * core: chapter 2's demonstration.
 */
#ifndef CORE_DEMO_CLOCK_H
#define CORE_DEMO_CLOCK_H

/** Prints the calibration, the arithmetic of the PIT, and how well the clock agrees with it. */
void demo_clock(void);

#endif
