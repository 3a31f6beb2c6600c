/* Example 8: a system partition controls another one (control-worker.c). */
#include "guests/examples/example.h"

enum { WORKER = 1 };

static struct bh_port progress;

static uint32_t work_done(void)
{
    struct bh_port_status status;
    uint32_t done = 0;

    bh_port_read(&progress, &done, &status);
    return done;
}

static uint32_t state(void)
{
    struct bh_partition_status worker;

    EXPECT(bh_partition_status(WORKER, &worker) == BH_OK && strcmp(worker.name, "worker") == 0);
    return worker.state;
}

int main(uint32_t starts)
{
    uint32_t before;

    (void)starts;
    EXPECT(bh_port_open("progress", &progress) == BH_OK);
    next_slot();
    next_slot();
    before = work_done();
    EXPECT(before > 0 && state() == BH_STATE_READY);

    EXPECT(bh_partition_suspend(WORKER) == BH_OK && state() == BH_STATE_SUSPENDED);
    next_slot();
    next_slot();
    EXPECT(work_done() == before); /* its slots pass, and nobody uses them */
    EXPECT(bh_partition_resume(WORKER) == BH_OK);
    next_slot();
    EXPECT(work_done() == before + 1); /* it goes on where it was */

    EXPECT(bh_partition_reset(WORKER, BH_RESET_COLD) == BH_OK && state() == BH_STATE_STARTING);
    next_slot(); /* it was loaded in its own slot */
    next_slot();
    EXPECT(work_done() == 1 && state() == BH_STATE_READY);

    EXPECT(bh_partition_halt(WORKER, 0) == BH_OK && state() == BH_STATE_STOPPED);
    EXPECT(bh_partition_resume(WORKER) == BH_ESTATE); /* only a reset helps now */
    EXPECT(bh_partition_reset(WORKER, BH_RESET_WARM) == BH_OK);
    printf("suspended, resumed, reset, halted, and started again\n");
    return 0;
}
