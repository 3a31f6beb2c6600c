/* Raises events as fast as it can, more than the log holds and the console prints: the others'
 * lines come out all the same, and their slots are their own.
 *
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    (void)starts;
    for (uint32_t i = 0;; i++) {
        uint32_t event = i % 2 ? BH_HEALTH_APPLICATION : BH_HEALTH_DEADLINE;

        check(bh_hypercall(BH_HEALTH_RAISE, event, i, 0, 0, 0) == BH_OK, "an event", i);
        check(bh_hypercall(BH_HEALTH_RAISE, i + BH_HEALTH_FINISHED, i, 0, 0, 0) == BH_EINVAL,
              "no event of an application's", i);
    }
}
