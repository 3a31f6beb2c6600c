/* What the partitions of this directory share: a check that says where it failed. */
#ifndef CHECK_H
#define CHECK_H

#include "lib/guest.h"

static int failures;

#define CHECK(condition)                                       \
    do {                                                       \
        if (!(condition)) {                                    \
            failures++;                                        \
            printf("line %d: not %s\n", __LINE__, #condition); \
        }                                                      \
    } while (0)

enum { ROUNDS = 20, SAMPLE = 4096, ITEM = 64, DEPTH = 2 };

struct item {
    uint32_t number;
    uint8_t bytes[ITEM - 4];
};

/* A byte that is another one at each place of each message. */
static inline uint8_t pattern(uint32_t number, uint32_t place)
{
    return (uint8_t)(number * 31 + place * 7 + place / 256);
}

#endif
