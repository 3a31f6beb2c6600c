/* Takes what is left of the time that no slot uses, and counts how often it was taken away. */
#include "check.h"

int main(uint32_t starts)
{
    uint64_t last = bh_clock_fast(), ran = 0;
    uint32_t gaps = 0;

    (void)starts;
    while (ran < 60000000) {
        uint64_t now = bh_clock_fast();

        if (now - last > 5000 * tick_ns())
            gaps++;
        else
            ran += now - last;
        last = now;
    }
    printf("ran 60 ms in %u pieces; slots %u\n", gaps + 1,
           bh_control()->virq_pending >> BH_VIRQ_SLOT & 1);
    return finish();
}
