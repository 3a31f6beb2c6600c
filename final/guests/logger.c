/* Writes down when each of its slots began, in memory of its own, until it has seen enough. */
#include "lib/guest.h"

enum { RECORDS = 6 };

struct record {
    uint64_t ns; /* on the hardware clock */
    uint32_t slot;
};

static volatile uint32_t slots;

static void slot(struct bh_trap *trap)
{
    (void)trap;
    slots++;
}

int main(uint32_t starts)
{
    struct bh_area area;
    struct record *records;

    (void)starts;
    if (bh_area("records", &area) < 0 || area.size < RECORDS * sizeof *records)
        return -1;
    records = (struct record *)area.address;
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    for (uint32_t i = 0; i < RECORDS; i++) {
        bh_virq_enable();
        while (slots <= i)
            bh_wait();
        records[i] = (struct record){bh_clock_fast(), slots};
    }
    for (uint32_t i = 1; i < RECORDS; i++)
        printf("slot %u began %u us after the one before\n", records[i].slot,
               (uint32_t)(records[i].ns - records[i - 1].ns + 500) / 1000);
    return 0;
}
