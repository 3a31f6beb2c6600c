/* Example 2: the plan is kept to the microsecond, beside a partition that never gives anything up
 * (busy.c). */
#include "guests/examples/example.h"

enum { FRAME_MS = 10, SLOT_MS = 3, ROUNDS = 5, TOLERANCE_US = 100 };

int main(uint32_t starts)
{
    uint64_t last, now;

    (void)starts;
    next_slot();
    next_slot();
    last = bh_clock();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t us;

        next_slot();
        now = bh_clock();
        us = (uint32_t)(now - last) / US;
        EXPECT(us + TOLERANCE_US > FRAME_MS * 1000 && us < FRAME_MS * 1000 + TOLERANCE_US);
        last = now;
    }
    while (bh_clock() - last < (SLOT_MS - 1) * MS) /* and the whole slot is its own */
        EXPECT(slots == ROUNDS + 2);
    printf("%u slots, each 10 ms behind the one before\n", ROUNDS);
    return 0;
}
