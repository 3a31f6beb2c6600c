/* What the numbered examples share. Each of their partitions checks what it shows: EXPECT ends it
 * with a negative result, which fails the run, when something is not so. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include "lib/control.h"
#include "lib/guest.h"

#define EXPECT(condition)                                                      \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("FAILED: %s:%d: not %s\n", __FILE__, __LINE__, #condition); \
            guest_flush();                                                     \
            bh_halt(-1);                                                       \
        }                                                                      \
    } while (0)

enum { US = 1000, MS = 1000000 /* ns */ };

static volatile uint32_t slots; /* how many of the partition's slots have begun */

static inline void count_slot(struct bh_trap *trap)
{
    (void)trap;
    slots++;
}

/* Gives the processor up until the partition's next slot begins. The first one has begun already,
 * but its interrupt waits until it is let through: that is the first call. */
static inline void next_slot(void)
{
    uint32_t seen = slots;

    bh_virq_handler_set(BH_VIRQ_SLOT, count_slot);
    bh_virq_enable();
    while (slots == seen)
        bh_wait();
}

#endif
