/* Its timer expires just before its slot ends, a little nearer each time, so that the hypervisor is
 * still busy with the timer when it should be switching.
 *
 * frames: 24
 * ends: ready
 * emulators: qemu bochs
 */
#include "attack.h"

static volatile uint64_t slot_start;
static volatile uint32_t slots;

static void slot(struct bh_trap *trap)
{
    (void)trap;
    slot_start = bh_clock_fast();
    slots++;
}

int main(uint32_t starts)
{
    uint32_t length = 0, seen = 0;
    uint64_t before;

    (void)starts;
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    bh_virq_enable();
    for (;;) {
        while (slots == seen)
            ;
        seen = slots;
        if (seen % 2 == 0) /* the longer slot, the first of each frame */
            continue;
        if (seen == 1) { /* how long is it? spin until we lost the processor */
            uint64_t gap = 0, now = 0;

            for (before = bh_clock_fast(); slots == 1; before = now) {
                now = bh_clock_fast();
                gap = before - slot_start;
            }
            length = (uint32_t)gap;
            seen = slots;
            continue;
        }
        bh_timer(slot_start + length + 400 - seen * 50, 0);
        bh_virq_enable();
    }
}
