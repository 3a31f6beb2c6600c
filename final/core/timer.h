/**
 * @file
 * core: one timer event, at a value of the TSC. It comes from the local APIC where there is one,
 * else from the PIT. What the way from a timer interrupt to the next partition needs stands here.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "hw/apic.h"
#include "hw/tsc.h"
#include "klib/types.h"

/** No event. */
#define TIMER_NEVER UINT64_MAX

/** What the timer calls, with interrupts off, when its event is due. @param now  the TSC */
typedef void timer_handler(uint64_t now);

/* The TSC as compilers make the shortest code of it. */
static inline uint64_t tsc_read_pair(void)
{
    uint64_t value;

    __asm__ volatile("rdtsc" : "=A"(value));
    return value;
}

/* Its low half, for differences that are short. */
static inline uint32_t tsc_read_low(void)
{
    uint32_t value;

    __asm__ volatile("rdtsc" : "=a"(value) : : "edx");
    return value;
}

struct timer {
    uint64_t due;           /**< a value of the TSC, or TIMER_NEVER */
    enum apic_timer kind;   /**< what keeps it */
    uint32_t apic_per_tick; /**< 0.32: clocks of the APIC in a tick of the TSC */
    uint32_t apic_lead;     /**< those that pass between reading the TSC and starting the counter */
};

extern struct timer timer;

/** Chooses the timer, and what its event calls. */
void timer_init(timer_handler *handler);

/** Ends what timer_init() began: the APIC's frequency is known by then. Prints what was chosen. */
void timer_start(void);

/** Sets the hardware to timer.due, whatever the hardware is and whenever that is. */
void timer_set(void);

/**
 * Sets when the handler is called next; an earlier setting is forgotten. A deadline in the past
 * comes as soon as interrupts are on.
 * @param deadline  a value of the TSC
 */
static inline void timer_set_new(uint64_t deadline)
{
    uint32_t clocks;
    uint64_t ticks;

    timer.due = deadline;
    if (timer.kind != APIC_TIMER_COUNTER) {
        timer_set();
        return;
    }
    ticks = deadline - tsc_read_pair(); /* the less happens from here on, the less is it late */
    if ((uint32_t)(ticks >> 32)) {
        timer_set();
        return;
    }
    clocks = (uint32_t)((uint64_t)(uint32_t)ticks * timer.apic_per_tick >> 32);
    apic_start_counter(clocks > timer.apic_lead ? clocks - timer.apic_lead : 1); /* 0: stopped */
}

/** As timer_set_new(), when it is often no change: most hypercalls leave what comes next. */
static inline void timer_arm(uint64_t deadline)
{
    if (deadline != timer.due)
        timer_set_new(deadline);
}

/** Is it longer than so many ticks of the TSC until the event is due? */
bool timer_leaves(uint32_t ticks);

/** The rest of timer_take(), for an interrupt that came early. */
uint64_t timer_early(uint64_t now);

/**
 * Takes an interrupt of the timer: waits the last ticks out, or sets it again when it came far too
 * early for its event, which may be due to its reach.
 * @return the TSC, at which the event is due; or 0, and it is not
 */
static inline uint64_t timer_take(void)
{
    uint64_t now = tsc_read();

    if (now < timer.due)
        return timer_early(now);
    timer.due = TIMER_NEVER;
    return now;
}

#endif
