/* Not a system partition: it may not do anything to anybody, and does not lose a slot. */
#include "control.h"

static union {
    struct bh_partition_status partition;
    struct bh_system_status system;
    struct bh_health_record record;
    struct bh_health_status health;
} answer;

static void ask_for_everything(void)
{
    static const uint32_t others[] = {DIRECTOR, SUBJECT, NOBODY_YET, 0xFFFFFFFE, 0x80000000, 16};

    for (uint32_t i = 0; i < ARRAY_SIZE(others); i++) {
        CHECK(bh_partition_status(others[i], &answer.partition) == BH_EPERM);
        CHECK(bh_partition_reset(others[i], BH_RESET_COLD) == BH_EPERM);
        CHECK(bh_partition_reset(others[i], 77) == BH_EPERM);
        CHECK(bh_partition_suspend(others[i]) == BH_EPERM);
        CHECK(bh_partition_resume(others[i]) == BH_EPERM);
        CHECK(bh_partition_halt(others[i], 0) == BH_EPERM);
    }
    CHECK(bh_partition_resume(BH_SELF) == BH_EPERM);
    CHECK(bh_partition_resume(OUTSIDER) == BH_EPERM);
    CHECK(bh_system_status(&answer.system) == BH_EPERM);
    CHECK(bh_system_reset() == BH_EPERM);
    CHECK(bh_system_halt(0) == BH_EPERM);
    CHECK(bh_health_read(&answer.record, &answer.health) == BH_EPERM);
    CHECK(bh_health_status(&answer.health) == BH_EPERM);
    for (uint32_t i = 0; i < sizeof answer; i++)
        CHECK(((uint8_t *)&answer)[i] == 0);
    CHECK(bh_partition_status(OUTSIDER, &answer.partition) == BH_OK);
    CHECK(strcmp(answer.partition.name, "outsider") == 0);
    CHECK(answer.partition.id == OUTSIDER && answer.partition.state == BH_STATE_READY);
    CHECK(answer.partition.mode == BH_MODE_COLD_START && answer.partition.starts == 1);
    CHECK(bh_health_raise(BH_HEALTH_MEMORY, 1) == BH_EINVAL);
    CHECK(bh_health_raise(BH_HEALTH_RESET_LOOP, 1) == BH_EINVAL);
    CHECK(bh_health_raise(0xFFFFFFFF, 1) == BH_EINVAL);
}

int main(uint32_t starts)
{
    uint64_t before, now;

    if (!starts)
        ask_for_everything();
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    next_slot();
    before = bh_clock();
    for (;;) {
        uint32_t late;

        next_slot();
        now = bh_clock();
        late = (uint32_t)(now - before) - 1000000 * MAJOR_FRAME_MS;
        if (late + 100000 > 200000) {
            printf("BROKEN: a slot began %d ns late\n", (int32_t)late);
            bh_halt(-1);
        }
        before = now;
        if (failures)
            bh_halt(-1);
    }
}
