/* The flight demonstration (systems/flight.xml): what its partitions send each other. */
#ifndef GUESTS_FLIGHT_H
#define GUESTS_FLIGHT_H

#include "lib/control.h"
#include "lib/guest.h"

enum { FRAME_MS = 40, PERIOD_MS = 20 };

/** Sensor to all: what the instruments show. Altitude in cm and speed in cm/s are errors. */
struct attitude {
    uint32_t number;
    int32_t altitude, speed, pitch, rate; /* angles in 0.1 mrad */
    int32_t recorded;                     /* the elevator that was set in the flight */
};

/** Controller to telemetry: what it made of a sample. */
struct command {
    uint32_t number;
    int32_t altitude, pitch, elevator;
    uint32_t age_us;  /* of the sample, when it was read */
    uint32_t took_us; /* from the slot's start to the command */
};

static volatile uint32_t flight_slots;
static volatile uint64_t flight_slot_ns; /* when the last one began */

static inline void flight_slot(struct bh_trap *trap)
{
    (void)trap;
    flight_slots++;
    flight_slot_ns = bh_clock_fast();
}

/** Waits for the partition's next slot. */
static inline void flight_next_slot(void)
{
    uint32_t seen = flight_slots;

    bh_virq_enable();
    while (flight_slots == seen)
        bh_wait();
}

/** What every partition of the demonstration does first. */
static inline void flight_start(void)
{
    bh_virq_handler_set(BH_VIRQ_SLOT, flight_slot);
    bh_partition_mode(BH_MODE_NORMAL);
}

/** The run fails with that partition's words. */
static inline void __attribute__((noreturn)) flight_failed(const char *what, int32_t value)
{
    printf("FAILED: %s (%d)\n", what, value);
    guest_flush();
    bh_halt(-1);
}

static inline void flight_open(const char *name, struct bh_port *port)
{
    int32_t error = bh_port_open(name, port);

    if (error)
        flight_failed(name, error);
}

#endif
