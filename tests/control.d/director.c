/* A system partition that takes its subject through every state, by every way there is, and looks
 * each time at what the subject says of itself and what the hypervisor says of it. It has three
 * lives: the second begins with its own reset, the third with the system's. */
#include "control.h"

static struct bh_port says, orders;
static struct bh_port_status port_status;
static struct bh_partition_status is;
static struct life life;
static uint32_t *const notes = (uint32_t *)0x00800000; /* outlives a warm reset */

static void look(void)
{
    CHECK(bh_partition_status(SUBJECT, &is) == BH_OK);
    CHECK(is.id == SUBJECT && strcmp(is.name, "subject") == 0 && is.faults == 0);
}

/* What the subject has said last; false when it has said nothing since the last frame. */
static bool spoke(void)
{
    return bh_port_read(&says, &life, &port_status) == sizeof life && port_status.valid;
}

static int32_t order(uint32_t what)
{
    return bh_port_write(&orders, &what, sizeof what);
}

/* After a start: is this the life that was to come? */
static void check_life(uint32_t starts, uint32_t reason, uint32_t mode)
{
    look();
    CHECK(is.state == BH_STATE_READY && is.starts == starts + 1 && is.reason == reason);
    CHECK(is.mode == mode && is.resets == 0);
    CHECK(spoke());
    CHECK(life.starts == starts && life.reason == reason && life.mode == mode);
    CHECK(life.image_is_new && life.old_timers == 0);
    CHECK(life.kept == (mode == BH_MODE_WARM_START ? KEPT_WORDS : 0));
    if (failures)
        printf("life %u (%u %u %u), kept %u\n", life.starts, life.reason, life.mode, life.slots,
               life.kept);
}

static void errors(void)
{
    CHECK(bh_partition_status(NOBODY_YET, &is) == BH_EINVAL);
    CHECK(bh_partition_status(PARTITIONS, &is) == BH_EINVAL);
    CHECK(bh_partition_status(SUBJECT, (void *)0xC0100000) == BH_EFAULT);
    CHECK(bh_partition_status(SUBJECT, (void *)0xBFFFFFF0) == BH_EFAULT);
    CHECK(bh_partition_reset(NOBODY_YET, BH_RESET_COLD) == BH_EINVAL);
    CHECK(bh_partition_reset(SUBJECT, 2) == BH_EINVAL);
    CHECK(bh_partition_reset(SUBJECT, 0xFFFFFFFF) == BH_EINVAL);
    CHECK(bh_partition_suspend(NOBODY_YET) == BH_EINVAL);
    CHECK(bh_partition_resume(0xFFFFFFFE) == BH_EINVAL);
    CHECK(bh_partition_halt(0x80000000, 1) == BH_EINVAL);
    CHECK(bh_system_status((void *)0xC0100000) == BH_EFAULT);
    CHECK(bh_partition_status(BH_SELF, &is) == BH_OK && is.id == DIRECTOR);
    CHECK(strcmp(is.name, "director") == 0 && is.state == BH_STATE_READY);
}

static void suspend_and_resume(void)
{
    uint64_t ran;
    uint32_t before;

    CHECK(spoke());
    before = life.slots;
    CHECK(bh_partition_resume(SUBJECT) == BH_OK); /* it runs: nothing to do */
    CHECK(bh_partition_suspend(SUBJECT) == BH_OK);
    CHECK(bh_partition_suspend(SUBJECT) == BH_OK); /* it is, already */
    look();
    CHECK(is.state == BH_STATE_SUSPENDED && is.ran_ns > 300000 && is.ran_ns < bh_clock());
    ran = is.ran_ns;
    for (int i = 0; i < 2; i++) {
        next_slot();
        spoke();
        CHECK(life.slots == before);
    }
    CHECK(bh_partition_resume(SUBJECT) == BH_OK);
    look();
    CHECK(is.state == BH_STATE_READY && is.starts == 1 && is.ran_ns == ran);
    next_slot();
    look();
    CHECK(is.ran_ns > ran);
    CHECK(spoke() && life.slots == before + 1 && life.starts == 0); /* where it was */
}

static void resets(void)
{
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK);
    look();
    CHECK(is.state == BH_STATE_STARTING && is.starts == 1);
    next_slot();
    check_life(1, BH_START_CONTROL, BH_MODE_WARM_START);
    CHECK(life.kept_starts == 0);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_COLD) == BH_OK);
    next_slot();
    check_life(2, BH_START_CONTROL, BH_MODE_COLD_START);

    /* What waits in its queue goes with the old life; what is sent from now on is the new one's. */
    CHECK(order(NOTHING) == BH_OK && order(NOTHING) == BH_OK);
    CHECK(order(NOTHING) == BH_EFULL);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK);
    CHECK(order(NORMAL) == BH_OK);
    next_slot();
    look();
    CHECK(spoke() && life.orders == 1 && life.starts == 3 && is.mode == BH_MODE_NORMAL);

    /* A warm reset does not overtake a cold one: half the memory would be the old life's. */
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_COLD) == BH_OK);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK);
    next_slot();
    check_life(4, BH_START_CONTROL, BH_MODE_COLD_START);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK); /* the first has done nothing yet */
    next_slot();
    check_life(5, BH_START_CONTROL, BH_MODE_WARM_START);
}

static void suspended_while_starting(void)
{
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_COLD) == BH_OK);
    CHECK(bh_partition_suspend(SUBJECT) == BH_OK);
    next_slot();
    look();
    CHECK(is.state == BH_STATE_SUSPENDED && is.starts == 6);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK); /* still a cold one */
    look();
    CHECK(is.state == BH_STATE_STARTING);
    CHECK(bh_partition_suspend(SUBJECT) == BH_OK);
    next_slot();
    CHECK(bh_partition_resume(SUBJECT) == BH_OK);
    look();
    CHECK(is.state == BH_STATE_STARTING);
    next_slot();
    check_life(6, BH_START_CONTROL, BH_MODE_COLD_START);

    CHECK(bh_partition_suspend(SUBJECT) == BH_OK); /* a reset ends a suspension */
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK);
    next_slot();
    check_life(7, BH_START_CONTROL, BH_MODE_WARM_START);
}

/* It has ended, one way or another, and stays so until it is reset. */
static void check_ended(uint32_t state, int32_t result)
{
    uint32_t before = life.slots;

    look();
    CHECK(is.state == state && is.result == result);
    CHECK(bh_partition_suspend(SUBJECT) == BH_ESTATE);
    CHECK(bh_partition_resume(SUBJECT) == BH_ESTATE);
    CHECK(bh_partition_halt(SUBJECT, -3) == BH_OK);
    next_slot();
    look();
    CHECK(is.state == state && is.result == result);
    spoke();
    CHECK(life.slots == before || state == BH_STATE_IDLE);
}

static void ends(void)
{
    CHECK(bh_partition_halt(SUBJECT, 5) == BH_OK);
    check_ended(BH_STATE_STOPPED, 5);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) ==
          BH_OK); /* the last life's memory is there */
    next_slot();
    check_life(8, BH_START_CONTROL, BH_MODE_WARM_START);

    CHECK(bh_partition_suspend(SUBJECT) == BH_OK);
    CHECK(bh_partition_halt(SUBJECT, 6) == BH_OK);
    check_ended(BH_STATE_STOPPED, 6);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_COLD) == BH_OK);
    CHECK(bh_partition_halt(SUBJECT, 5) == BH_OK); /* in the middle of its start */
    check_ended(BH_STATE_STOPPED, 5);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_COLD) == BH_OK);
    next_slot();
    check_life(9, BH_START_CONTROL, BH_MODE_COLD_START);

    CHECK(order(IDLE) == BH_OK);
    next_slot();
    check_ended(BH_STATE_IDLE, 5);
    CHECK(is.mode == BH_MODE_IDLE);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_WARM) == BH_OK);
    next_slot();
    check_life(10, BH_START_CONTROL, BH_MODE_WARM_START);

    CHECK(order(HALT) == BH_OK);
    next_slot();
    check_ended(BH_STATE_FINISHED, 7);
    CHECK(bh_partition_reset(SUBJECT, BH_RESET_COLD) == BH_OK);
    next_slot();
    check_life(11, BH_START_CONTROL, BH_MODE_COLD_START);
}

static void its_own_doing(void)
{
    CHECK(order(SUSPEND) == BH_OK);
    next_slot();
    look();
    CHECK(is.state == BH_STATE_SUSPENDED);
    CHECK(bh_partition_resume(SUBJECT) == BH_OK);
    next_slot();
    CHECK(spoke() && life.starts == 11 && life.orders == 1 && life.last_result == BH_OK);

    CHECK(order(WARM) == BH_OK); /* there is no way from cold start to warm start */
    next_slot();
    CHECK(spoke() && life.starts == 11 && life.last_result == BH_ESTATE);
    CHECK(order(NORMAL) == BH_OK && order(WARM) == BH_OK);
    next_slot();
    check_life(12, BH_START_SELF, BH_MODE_WARM_START);
    CHECK(order(COLD) == BH_OK);
    next_slot();
    check_life(13, BH_START_SELF, BH_MODE_COLD_START);
    CHECK(order(RESET_WARM) == BH_OK);
    next_slot();
    check_life(14, BH_START_SELF, BH_MODE_WARM_START);
}

static void open_ports(void)
{
    CHECK(bh_port_open("subject-says", &says) == BH_OK && says.kind == BH_PORT_SAMPLING);
    CHECK(bh_port_open("says", &says) == BH_ENOENT); /* the subject's name for it */
    CHECK(bh_port_open("subject-says", &says) == BH_OK);
    CHECK(bh_port_open("orders", &orders) == BH_OK);
}

static void first_life(void)
{
    struct bh_system_status system;

    next_slot(); /* this one */
    next_slot();
    CHECK(bh_control()->start_reason == BH_START_POWER_ON);
    errors();
    check_life(0, BH_START_POWER_ON, BH_MODE_COLD_START);
    suspend_and_resume();
    resets();
    suspended_while_starting();
    ends();
    its_own_doing();
    CHECK(bh_system_status(&system) == BH_OK && system.partitions == PARTITIONS);
    CHECK(system.frames > 20 && system.resets == 0 && system.spurious == 0);
    printf("the first life: %d failures\n", failures);
    notes[0] = (uint32_t)failures + 1;
    if (!failures)
        bh_partition_reset(BH_SELF, BH_RESET_WARM);
}

static void second_life(void)
{
    struct bh_system_status system;

    CHECK(notes[0] == 1 && bh_control()->mode == BH_MODE_WARM_START);
    CHECK(bh_partition_status(BH_SELF, &is) == BH_OK && is.reason == BH_START_SELF);
    CHECK(is.starts == 2 && is.resets == 0);
    CHECK(bh_system_status(&system) == BH_OK && system.resets == 0);
    CHECK(order(NOTHING) == BH_OK); /* nobody reads it any more */
    printf("the second life: %d failures\n", failures);
    if (!failures)
        bh_system_reset();
}

static void third_life(void)
{
    struct bh_system_status system;

    CHECK(notes[0] == 0 && bh_control()->mode == BH_MODE_COLD_START);
    CHECK(bh_system_status(&system) == BH_OK && system.resets == 1);
    next_slot();
    check_life(15, BH_START_SYSTEM, BH_MODE_COLD_START);
    CHECK(life.orders == 0);
    printf("the third life: %d failures\n", failures);
    if (failures)
        return;
    next_slot(); /* for the text */
    next_slot();
    bh_system_halt(0);
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    open_ports();
    if (bh_control()->start_reason == BH_START_POWER_ON)
        first_life();
    else if (bh_control()->start_reason == BH_START_SELF)
        second_life();
    else
        third_life();
    return -1; /* each life ends otherwise */
}
