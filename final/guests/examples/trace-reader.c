/* Example 16: a system partition reads another one's trace, in the order in which it happened. */
#include "guests/examples/example.h"

enum { WORKER = 0, STEP = 7, STEPS = 3 };

int main(uint32_t starts)
{
    struct bh_trace_record records[STEPS + 2];
    struct bh_trace_status status;
    uint64_t last = 0;

    (void)starts;
    for (int i = 0; i < STEPS + 1; i++)
        next_slot();
    EXPECT(bh_trace_status(WORKER, &status) == BH_OK && status.waiting == STEPS + 1);
    EXPECT(bh_trace_read(WORKER, records, STEPS + 2) == STEPS + 1 && status.lost == 0);
    for (uint32_t i = 0; i <= STEPS; i++) {
        const struct bh_trace_record *r = &records[i];

        EXPECT(r->partition == WORKER && r->number == i && r->ns > last);
        last = r->ns;
        if (i < STEPS)
            EXPECT(r->kind == BH_TRACE_APPLICATION && r->code == STEP && r->a == i &&
                   r->b == i * i);
        else
            EXPECT(r->kind == BH_TRACE_TRAP && r->code == 3);
    }
    EXPECT(bh_trace_read(WORKER, records, 1) == BH_EEMPTY);
    printf("%u events of the worker's own, and a trap\n", STEPS);
    return 0;
}
