/**
 * @file
 * core: chapter 3's demonstration.
 */
#ifndef CORE_DEMO_TRAPS_H
#define CORE_DEMO_TRAPS_H

/** Shows gates, a breakpoint that resumes, ticks and spurious interrupts; or raises `fault=`. */
void demo_traps(void);

#endif
