/* The flight demonstration's monitor, a system partition: reads the health log, shows the health of
 * all partitions now and then, and decides about the one that is stopped: once it gets another
 * chance, and the second time the plan changes to one in which it has no slot. */
#include "guests/flight.h"

enum {
    TABLE_EACH = 30, /* frames */
    CHECK_AT = 95,
    ATTACKS = 8, /* of guests/faulty.c */
    SAFE_PLAN = 1,
    PARTITIONS_MAX = 16,
};

static uint32_t last_event[PARTITIONS_MAX]; /* of each partition, plus 1 */
static uint32_t chances = 1;
static struct bh_port elevator;

static bool status_of(uint32_t id, struct bh_partition_status *status)
{
    return bh_partition_status(id, status) == BH_OK;
}

/* The partition has been reset as often as its description allows. */
static void decide(uint32_t id, const char *name)
{
    int32_t error;

    if (chances) {
        chances--;
        error = bh_partition_reset(id, BH_RESET_COLD);
        printf("%s gets one more chance\n", name);
    } else {
        error = bh_plan_switch(SAFE_PLAN);
        printf("%s gets no more time: plan %u from the next frame on\n", name, SAFE_PLAN);
    }
    if (error)
        flight_failed("the hypervisor does not do it", error);
}

static void read_log(void)
{
    struct bh_health_record r;
    struct bh_health_status log;

    while (bh_health_read(&r, &log) == BH_OK) {
        struct bh_partition_status who = {.name = "nobody"};

        if (log.lost)
            flight_failed("health records are lost", (int32_t)log.lost);
        if (status_of(r.partition, &who) && r.partition < PARTITIONS_MAX)
            last_event[r.partition] = r.event + 1;
        printf("frame %u: %s: %s, so %s\n", flight_slots, who.name, bh_event_name(r.event),
               bh_action_name(r.action));
        if (r.event == BH_HEALTH_RESET_LOOP)
            decide(r.partition, who.name);
    }
}

static int32_t elevator_now(void)
{
    struct bh_port_status status;
    int32_t command;

    if (bh_port_read(&elevator, &command, &status) != sizeof command || !status.valid)
        flight_failed("the elevator has no valid command", 0);
    return command;
}

static void print_table(void)
{
    struct bh_partition_status p;
    struct bh_system_status system;
    struct bh_plan_status plan;

    if (bh_system_status(&system) || bh_plan_status(&plan))
        flight_failed("no status", 0);
    printf("Health after %u frames, plan %s, elevator at %d/10000 rad:\n", system.frames, plan.name,
           elevator_now());
    printf("  partition   state     mode        starts  resets  faults  last event\n");
    for (uint32_t i = 0; status_of(i, &p); i++)
        printf("  %-10s  %-8s  %-10s  %6u  %6u  %6u  %s\n", p.name, bh_state_name(p.state),
               bh_mode_name(p.mode), p.starts, p.resets, p.faults,
               last_event[i] ? bh_event_name(last_event[i] - 1) : "-");
}

/* What has to be true near the end of the demonstration. */
static void check(void)
{
    struct bh_partition_status p;
    struct bh_plan_status plan;

    for (uint32_t i = 0; status_of(i, &p); i++) {
        bool attacker = strcmp(p.name, "faulty") == 0;

        if (p.faults != (attacker ? ATTACKS : 0) || p.starts != (attacker ? ATTACKS : 1))
            flight_failed(p.name, (int32_t)p.faults);
        if (p.state != (attacker ? BH_STATE_STOPPED : BH_STATE_READY))
            flight_failed(p.name, (int32_t)p.state);
    }
    if (bh_plan_status(&plan) || plan.plan != SAFE_PLAN)
        flight_failed("not the safe plan", (int32_t)plan.plan);
}

int main(uint32_t starts)
{
    (void)starts;
    flight_start();
    flight_open("elevator", &elevator);
    for (;;) {
        flight_next_slot();
        read_log();
        if (flight_slots % TABLE_EACH == 0)
            print_table();
        if (flight_slots == CHECK_AT)
            check();
    }
}
