/* One of two that do a little in each of many slots: looks whether the slot began where the plan has
 * it, counted from the first one, and passes a number on to the other one. At the end it says what
 * it saw. */
#include "lib/guest.h"

enum { FRAME_NS = 1000000 };

static volatile uint32_t slots;
static volatile uint64_t began;

static void slot(struct bh_trap *trap)
{
    (void)trap;
    began = bh_clock_fast();
    slots++;
}

static volatile uint32_t ticks;

static void tick(struct bh_trap *trap)
{
    (void)trap;
    ticks++;
}

int main(uint32_t starts)
{
    uint64_t first, ran;
    int64_t earliest = INT64_MAX, latest = INT64_MIN;
    uint32_t last = 0, lost = 0, sent = 0, full = 0, missed = 0;
    struct bh_port out, in;
    struct bh_port_status status;

    (void)starts;
    if (bh_port_open("out", &out) != BH_OK || bh_port_open("in", &in) != BH_OK)
        return -1;
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    bh_virq_handler_set(BH_VIRQ_TIMER, tick);
    bh_virq_enable();
    first = began;
    if (bh_control()->name[0] == 'a') /* one of the two is enough */
        bh_timer(first + FRAME_NS / 10, FRAME_NS);
    for (uint32_t n = 1;; n++) {
        uint32_t number, before = slots;
        int64_t late;

        while (bh_port_read(&in, &number, &status) == sizeof number) {
            lost += number != last + 1;
            last = number;
        }
        if (bh_port_write(&out, &(uint32_t){sent + 1}, sizeof sent) == BH_OK)
            sent++;
        else
            full++;
        if (n % 10000 == 0) {
            ran = bh_execution_clock();
            printf("slots %u late %lld %lld sent %u read %u\n", slots, earliest, latest, sent,
                   last);
            printf("lost %u full %u ticks %u missed %u ran %llu\n", lost, full, ticks, missed, ran);
        }
        while (slots == before)
            bh_wait();
        missed += slots != before + 1;
        late = (int64_t)(began - first) - (int64_t)n * FRAME_NS;
        if (late < earliest)
            earliest = late;
        if (late > latest)
            latest = late;
    }
}
