/* What the partitions of this directory share: a check that says where it failed, and who is who. */
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

#define MASK(kind) (1u << (kind))

enum {
    SPEAKER, /* numbers of the partitions, by the description's order */
    KEEPER,
    FLOOD = 300, /* events of the speaker's second slot: more than its ring holds */
    RING = 256,
};

#endif
