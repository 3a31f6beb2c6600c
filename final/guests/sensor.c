/* The flight demonstration's sensor: replays a recorded flight, a row each 20 ms. The record came
 * with this image, as read-only data. */
#include "guests/flight.h"
#include "guests/flight_record.h"

int main(uint32_t starts)
{
    struct attitude attitude = {.number = 0};
    struct bh_port out;

    flight_start();
    flight_open("attitude", &out);
    printf("%u rows of a simulated flight (scripts/flight-record); start %u\n",
           (uint32_t)ARRAY_SIZE(flight_record), starts);
    for (;;) {
        const int16_t *row = flight_record[attitude.number % ARRAY_SIZE(flight_record)];
        int32_t error;

        flight_next_slot();
        attitude.altitude = row[0];
        attitude.speed = row[1];
        attitude.pitch = row[2];
        attitude.rate = row[3];
        attitude.recorded = row[4];
        error = bh_port_write(&out, &attitude, sizeof attitude);
        if (error)
            flight_failed("attitude is not taken", error);
        attitude.number++;
    }
}
