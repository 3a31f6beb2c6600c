/* Example 16: a partition writes down what it does, beside what the hypervisor sees of it. */
#include "guests/examples/example.h"

enum { STEP = 7, STEPS = 3 };

static void breakpoint(struct bh_trap *trap)
{
    (void)trap; /* a trap of its own: the hypervisor writes it down, and that is all */
}

int main(uint32_t starts)
{
    struct bh_trace_record record;

    (void)starts;
    bh_trap_handler_set(3, breakpoint);
    for (uint32_t i = 0; i < STEPS; i++) {
        next_slot();
        EXPECT(bh_trace_emit(STEP, i, i * i) == BH_OK);
    }
    __asm__ volatile("int3");
    EXPECT(bh_trace_emit(0x10000, 0, 0) == BH_EINVAL);
    EXPECT(bh_trace_read(0, &record, 1) == BH_EPERM); /* reading is for system partitions */
    return 0;
}
