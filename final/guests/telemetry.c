/* The flight demonstration's telemetry: takes every command out of a queue, in order and none
 * missing, and prints one now and then. */
#include "guests/flight.h"

enum { EACH_FRAME = FRAME_MS / PERIOD_MS, PRINT_EACH = 40, SAMPLE_US = 5000, COMMAND_US = 2000 };

/* A number of hundredths. */
static void print_fixed(const char *name, int32_t value, const char *unit)
{
    uint32_t size = (uint32_t)(value < 0 ? -value : value);

    printf("%s %s%u.%02u %s", name, value < 0 ? "-" : "", size / 100, size % 100, unit);
}

static void print(const struct command *c)
{
    printf("%4u ms: ", c->number * PERIOD_MS);
    print_fixed("altitude", c->altitude, "m, ");
    print_fixed("pitch", c->pitch * 5730 / 10000, "deg, "); /* 0.1 mrad */
    print_fixed("elevator", c->elevator * 5730 / 10000, "deg");
    printf("; %s\n", c->age_us < SAMPLE_US && c->took_us < COMMAND_US ? "in time" : "LATE");
}

int main(uint32_t starts)
{
    struct bh_port_status status;
    struct command command;
    uint32_t expected = 0, taken;
    struct bh_port in;

    (void)starts;
    flight_start();
    flight_open("telemetry", &in);
    for (;;) {
        flight_next_slot();
        for (taken = 0; bh_port_read(&in, &command, &status) == sizeof command; taken++) {
            if (command.number != expected)
                flight_failed("a command is missing", (int32_t)command.number);
            if (expected++ % PRINT_EACH == 0)
                print(&command);
        }
        if (taken > EACH_FRAME || (taken < EACH_FRAME && expected >= EACH_FRAME))
            flight_failed("not the commands of one frame", (int32_t)taken);
    }
}
