/* The count for the PIT, from a time that may be longer than 55 ms. */
#include "hw/pit.h"
#include "klib/math64.h"

void set_count(uint64_t ticks, uint64_t pit_per_tick);

void set_count(uint64_t ticks, uint64_t pit_per_tick)
{
    pit_start_one_shot(mul_shift32(ticks, pit_per_tick));
}
