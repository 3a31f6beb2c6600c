/* What the director and its subject say to each other. */
#ifndef CONTROL_H
#define CONTROL_H

#include "lib/control.h"
#include "lib/guest.h"

static int failures;

#define CHECK(condition)                                       \
    do {                                                       \
        if (!(condition)) {                                    \
            failures++;                                        \
            printf("line %d: not %s\n", __LINE__, #condition); \
        }                                                      \
    } while (0)

enum { DIRECTOR, SUBJECT, OUTSIDER, PARTITIONS, NOBODY_YET = 99 };

enum { IMAGE_VALUE = 0x1234, KEPT_WORDS = 4096, MAJOR_FRAME_MS = 20 };

/* What the director wants done. */
enum order { NOTHING, NORMAL, IDLE, HALT, SUSPEND, WARM, COLD, RESET_WARM, RAISE };

/* What the subject says of itself in each of its slots. */
struct life {
    uint32_t starts, reason, mode; /* of the control page */
    uint32_t slots;                /* in this life */
    uint32_t orders;               /* taken in this life */
    int32_t last_result;           /* of the last order that came back */
    uint32_t kept;                 /* words that the kept area held at the start */
    uint32_t kept_starts;          /* what the last life had left there */
    uint32_t image_is_new;         /* data and bss are as the image has them */
    uint32_t old_timers;           /* interrupts of a timer that this life had not set */
};

static volatile uint32_t slots;

static inline void slot(struct bh_trap *trap)
{
    (void)trap;
    slots++;
}

/* To the next slot. */
static inline void next_slot(void)
{
    uint32_t seen = slots;

    bh_virq_enable();
    while (slots == seen)
        bh_wait();
}

#endif
