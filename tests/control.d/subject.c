/* The one that is controlled: does what it is told, and says in each slot what it is. */
#include "control.h"

enum { PERIOD = 100000 /* ns */ };

static uint32_t data = IMAGE_VALUE, bss[1500];
static uint32_t *const kept = (uint32_t *)0x00800000;
static struct life life;
static volatile uint32_t timers;

static void timer(struct bh_trap *trap)
{
    (void)trap;
    timers++;
}

static void look_around(void)
{
    volatile struct bh_control_page *control = bh_control();

    life.starts = control->starts;
    life.reason = control->start_reason;
    life.image_is_new = data == IMAGE_VALUE;
    for (uint32_t i = 0; i < ARRAY_SIZE(bss); i++)
        life.image_is_new &= !bss[i];
    for (uint32_t i = 0; i < KEPT_WORDS; i++)
        life.kept += kept[i] != 0;
    life.kept_starts = kept[0] - 1;
}

/* A timer of another life would come now. */
static void wait_for_old_timer(void)
{
    uint64_t end = bh_clock() + 3 * PERIOD;

    bh_virq_handler_set(BH_VIRQ_TIMER, timer);
    bh_virq_enable();
    while (bh_clock() < end)
        ;
    life.old_timers = timers;
}

/* What this life leaves behind. */
static void spoil(void)
{
    data = 0;
    for (uint32_t i = 0; i < ARRAY_SIZE(bss); i++)
        bss[i] = i + 1;
    for (uint32_t i = 0; i < KEPT_WORDS; i++)
        kept[i] = life.starts + 1;
    bh_timer(bh_clock() + PERIOD, PERIOD);
}

static int32_t do_as_told(enum order order)
{
    switch (order) {
    case NORMAL:
        return bh_partition_mode(BH_MODE_NORMAL);
    case IDLE:
        return bh_partition_mode(BH_MODE_IDLE);
    case HALT:
        return bh_partition_halt(BH_SELF, 7);
    case SUSPEND:
        return bh_partition_suspend(BH_SELF);
    case WARM:
        return bh_partition_mode(BH_MODE_WARM_START);
    case COLD:
        return bh_partition_mode(BH_MODE_COLD_START);
    case RESET_WARM:
        return bh_partition_reset(SUBJECT, BH_RESET_WARM); /* its own number */
    case RAISE:
        return bh_health_raise(BH_HEALTH_APPLICATION, 42);
    case NOTHING:
        break;
    }
    return BH_OK;
}

int main(uint32_t starts)
{
    struct bh_port says, orders;
    struct bh_port_status status;
    uint32_t order;

    look_around();
    CHECK(starts == life.starts);
    wait_for_old_timer();
    spoil();
    CHECK(bh_port_open("says", &says) == BH_OK && bh_port_open("orders", &orders) == BH_OK);
    CHECK(bh_partition_mode(4) == BH_EINVAL && bh_partition_mode(0xFFFFFFFF) == BH_EINVAL);
    CHECK(bh_partition_reset(BH_SELF, 2) == BH_EINVAL);
    CHECK(bh_partition_status(BH_SELF, (void *)0xC0100000) == BH_EFAULT);
    CHECK(bh_partition_resume(BH_SELF) == BH_EPERM);
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    if (failures)
        bh_halt(-1);
    for (;;) {
        life.slots++;
        life.mode = bh_control()->mode;
        while (bh_port_read(&orders, &order, &status) > 0) {
            life.orders++;
            life.last_result = do_as_told(order);
            life.mode = bh_control()->mode;
        }
        bh_port_write(&says, &life, sizeof life);
        next_slot();
    }
}
