/* Raises a signal at receiver.c, once or twice a slot, until an answer comes. */
#include "check.h"

int main(uint32_t starts)
{
    int32_t poke = bh_signal_open("poke");

    (void)starts;
    count_all();
    WANT(poke >= 0);
    WANT(bh_signal_open("answer") == BH_ENOENT && bh_signal_open("no") == BH_ENOENT);
    WANT(bh_signal_open((const char *)0xC0000000) == BH_EFAULT);
    for (uint32_t n = 0; n < 40; n++)
        WANT((int32_t)n == poke || bh_signal(n) == BH_EINVAL);
    WANT(bh_signal(0xFFFFFFFF) == BH_EINVAL && bh_signal(0x80000000) == BH_EINVAL);
    while (!came[BH_VIRQ_SIGNAL + 7]) {
        WANT(bh_signal((uint32_t)poke) == BH_OK);
        if (came[BH_VIRQ_SLOT] % 2)
            bh_signal((uint32_t)poke);
        next_slot();
    }
    WANT(came[BH_VIRQ_SIGNAL + 7] == 1);
    return finish();
}
