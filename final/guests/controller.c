/* The flight demonstration's controller: holds the altitude. From the start of its slot it has 2 ms
 * for a command: a virtual timer watches, and a deadline that is missed goes to the health monitor.
 *
 * The record says what the autopilot commanded in the flight, so there is no doubt what is
 * right. */
#include "guests/flight.h"

enum {
    DEADLINE_US = 2000,
    ELEVATOR_LIMIT = 2500, /* 0.1 mrad */
    GAIN_ALTITUDE = 600,   /* 1/1024 */
    GAIN_PITCH = 1500,
    GAIN_RATE = 900,
    CLIMB_LIMIT = 2000, /* cm */
};

static volatile bool missed;

static void deadline(struct bh_trap *trap)
{
    (void)trap;
    missed = true;
}

static int32_t limit(int32_t value, int32_t most)
{
    return value > most ? most : value < -most ? -most : value;
}

static int32_t autopilot(const struct attitude *a)
{
    int32_t command = GAIN_ALTITUDE * limit(a->altitude, CLIMB_LIMIT) + GAIN_PITCH * a->pitch +
                      GAIN_RATE * a->rate;

    return limit(command >> 10, ELEVATOR_LIMIT);
}

static uint32_t us_since(uint64_t ns)
{
    return (uint32_t)(bh_clock_fast() - ns) / 1000;
}

/* One cycle: sample, command, and the telemetry's copy. */
static void control(const struct bh_port *in, const struct bh_port *elevator,
                    const struct bh_port *telemetry)
{
    struct command command;
    struct attitude attitude;
    struct bh_port_status status;
    int32_t result = bh_port_read(in, &attitude, &status);

    if (result != sizeof attitude || !status.valid)
        flight_failed("there is no valid attitude", result);
    command = (struct command){
        .number = attitude.number,
        .altitude = attitude.altitude,
        .pitch = attitude.pitch,
        .elevator = autopilot(&attitude),
        .age_us = (uint32_t)status.age_ns / 1000,
    };
    if (command.elevator != attitude.recorded)
        flight_failed("not the autopilot's command", command.elevator);
    result = bh_port_write(elevator, &command.elevator, sizeof command.elevator);
    if (result)
        flight_failed("the elevator takes no command", result);
    command.took_us = us_since(flight_slot_ns);
    result = bh_port_write(telemetry, &command, sizeof command);
    if (result)
        flight_failed("the telemetry does not keep up", result);
}

int main(uint32_t starts)
{
    struct bh_port in, elevator, telemetry;

    (void)starts;
    flight_start();
    flight_open("attitude", &in);
    flight_open("elevator", &elevator);
    flight_open("telemetry", &telemetry);
    bh_virq_handler_set(BH_VIRQ_TIMER, deadline);
    for (;;) {
        flight_next_slot();
        bh_timer(flight_slot_ns + DEADLINE_US * 1000, 0);
        control(&in, &elevator, &telemetry);
        bh_timer(0, 0);
        bh_virq_enable(); /* it may have come in the last moment */
        if (missed)
            bh_health_raise(BH_HEALTH_DEADLINE, (int32_t)us_since(flight_slot_ns));
        missed = false;
    }
}
