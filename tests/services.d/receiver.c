/* Gets sender.c's signal: one virtual interrupt in each of its slots, however often it was raised
 * meanwhile, and no other. */
#include "check.h"

enum { ROUNDS = 6 };

int main(uint32_t starts)
{
    int32_t answer = bh_signal_open("answer");

    (void)starts;
    count_all();
    WANT(answer >= 0 && bh_signal_open("poke") == BH_ENOENT);
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        WANT(came[BH_VIRQ_SIGNAL + 1] == i);
        next_slot();
    }
    for (uint32_t i = 0; i < BH_VIRQS; i++)
        WANT(came[i] == 0 || i == BH_VIRQ_SLOT || i == BH_VIRQ_SIGNAL + 1);
    WANT(bh_signal((uint32_t)answer) == BH_OK);
    return finish();
}
