/* What the partitions of this directory share: a check that says where it failed, and time. */
#ifndef CHECK_H
#define CHECK_H

#include "lib/guest.h"

static uint32_t failures;

#define WANT(what)                                        \
    do {                                                  \
        if (!(what)) {                                    \
            printf("line %u: not %s\n", __LINE__, #what); \
            failures++;                                   \
        }                                                 \
    } while (0)

/* Virtual interrupts, counted. */
static volatile uint32_t came[BH_VIRQS];

static inline void count(struct bh_trap *trap)
{
    came[trap->cause.vector - BH_VIRQ_BASE]++;
}

static inline void count_all(void)
{
    for (uint32_t i = 0; i < BH_VIRQS; i++)
        bh_virq_handler_set(i, count);
    bh_virq_enable();
}

/* The next slot's first moment, also for one that has interrupts off. */
static inline void next_slot(void)
{
    uint32_t slots = came[BH_VIRQ_SLOT];

    while (came[BH_VIRQ_SLOT] == slots)
        bh_wait();
}

/* QEMU does 1000 instructions in a microsecond, Bochs 50: what an instruction takes, in ns. */
static inline uint64_t tick_ns(void)
{
    return bh_control()->clock_shift ? 20 : 1;
}

static inline int finish(void)
{
    printf("%u failures\n", failures);
    return failures ? -1 : 0;
}

#endif
