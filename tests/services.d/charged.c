/* Uses all of its slots, two fifths of the time, and looks whether it is charged with more: with
 * the loading of its neighbour, which comes right behind it. */
#include "lib/guest.h"

enum { WATCHED_NS = 60 * 1000 * 1000, SLOT_NS = 2 * 1000 * 1000 };

int main(uint32_t starts)
{
    uint64_t begun = bh_clock(), before = bh_execution_clock();
    uint32_t watched, ran;

    (void)starts;
    do {
        watched = (uint32_t)(bh_clock() - begun);
    } while (watched < WATCHED_NS);
    ran = (uint32_t)(bh_execution_clock() - before);
    printf("ran %u us of %u us\n", ran / 1000, watched / 1000);
    return ran < watched / 5 * 2 + SLOT_NS && ran + SLOT_NS > watched / 5 * 2 ? 0 : -1;
}
