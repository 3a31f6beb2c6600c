/* Writes random words all over its control page without a pause, while virtual interrupts, timers,
 * waits and hypercalls go on: pending, mask and flag are whatever they are.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static void ignore(struct bh_trap *trap)
{
    (void)trap;
}

int main(uint32_t starts)
{
    volatile uint32_t *page = (volatile uint32_t *)BH_CONTROL_PAGE;

    (void)starts;
    for (uint32_t i = 0; i < BH_VIRQS; i++)
        bh_virq_handler_set(i, ignore);
    for (uint32_t round = 0;; round++) {
        page[random_word() % 1024] = random_word();
        page[random_word() % 3] = random_word();
        if (round % 16 == 0)
            bh_timer(random_word(), BH_PERIOD_MIN + random_word() % 100000);
        if (round % 64 == 0)
            bh_hypercall(BH_VIRQ_CHECK, 0, 0, 0, 0, 0);
        if (round % 4096 == 0)
            bh_wait();
    }
}
