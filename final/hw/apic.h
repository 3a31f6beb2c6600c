/**
 * @file
 * hw: the local APIC (Intel SDM vol. 3A, chapter 11): its timer, and the way that lets the 8259s'
 * interrupts through.
 */
#ifndef HW_APIC_H
#define HW_APIC_H

#include "hw/timer_entry.h"
#include "klib/types.h"

enum {
    APIC_TIMER_VECTOR = TIMER_VECTOR,
    APIC_SPURIOUS_VECTOR = 0xFF, /**< its low four bits have to be ones on old CPUs */
};

enum {
    APIC_END_OF_INTERRUPT = 0x0B0,
    APIC_INITIAL_COUNT = 0x380,
    APIC_CURRENT_COUNT = 0x390,
    APIC_DIVIDE = 0x3E0,
};

/** Values of APIC_DIVIDE (Intel SDM vol. 3A, figure 11-10). */
enum {
    APIC_DIVIDE_BY_1 = 0xB,
    APIC_DIVIDE_BY_2 = 0x0,
};

/** What kind of timer the CPU offers. */
enum apic_timer {
    APIC_TIMER_NONE,     /**< there is no local APIC, or it lies where we cannot map it */
    APIC_TIMER_COUNTER,  /**< counts down from a number, once, at a frequency that nobody tells */
    APIC_TIMER_DEADLINE, /**< fires when the TSC reaches a number */
};

/**
 * Maps and enables the local APIC, and sets its timer to the best mode that it has. To be called
 * before address spaces are made: they take the mapping over.
 */
enum apic_timer apic_init(void);

/** The last 4 MiB of addresses: the linear map ends 12 MiB before. */
#define APIC_WINDOW 0xFFC00000
#define APIC_PHYSICAL 0xFEE00000

/** Maps the 4 MiB that hold the local APIC, and other devices of the chipset (hw/hpet.h). */
void apic_map_window(void);

/** @return a register of the local APIC, by its offset (Intel SDM vol. 3A, table 11-1). */
static inline volatile uint32_t *apic_register(uint32_t offset)
{
    return (volatile uint32_t *)(APIC_WINDOW + APIC_PHYSICAL % 0x400000 + offset);
}

/** Starts the counter. @param count  clocks of the APIC; 0 stops it */
static inline void apic_start_counter(uint32_t count)
{
    *apic_register(APIC_INITIAL_COUNT) = count;
}

/** From now on the counter counts each second clock; apic_init() lets it count each. */
static inline void apic_divide_by_2(void)
{
    *apic_register(APIC_DIVIDE) = APIC_DIVIDE_BY_2;
}

/** @return what is left of the count. */
static inline uint32_t apic_counter(void)
{
    return *apic_register(APIC_CURRENT_COUNT);
}

/** Ends an interrupt that came from the local APIC, so that the next can come. */
static inline void apic_end(void)
{
    *apic_register(APIC_END_OF_INTERRUPT) = 0;
}

#endif
