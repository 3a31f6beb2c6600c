/* A system partition that reads the log and prints each record; it lets one that is suspended go
 * on, and later resets it. */
#include "lib/control.h"
#include "lib/guest.h"

enum { RESUME_AT = 3, RESET_AT = 5 }; /* slots */

static volatile uint32_t slots;
static uint64_t last; /* when the last record was written */

static void slot(struct bh_trap *trap)
{
    (void)trap;
    slots++;
}

static void print(const struct bh_health_record *r)
{
    struct bh_partition_status who = {.name = "nobody"};

    if (r->partition != BH_NOBODY)
        bh_partition_status(r->partition, &who);
    printf("%u %s %s %s code %d vector %u error %u address 0x%x cpl %u\n", r->sequence, who.name,
           bh_event_name(r->event), bh_action_name(r->action), r->code, r->vector, r->error,
           r->address, r->cs & 3);
    if (r->ns < last || r->ns > bh_clock() || (r->cs & 3 && r->eip - 0x00400000 >= 0x10000))
        bh_halt(-4);
    last = r->ns;
}

static void read_log(void)
{
    struct bh_health_record record;
    struct bh_health_status before, after;
    uint32_t sequence = 0, last_partition = BH_NOBODY;

    if (bh_health_status((void *)0xC0100000) != BH_EFAULT || bh_health_status(&before) != BH_OK)
        bh_halt(-5);
    if (before.waiting && (bh_health_read(&record, (void *)0x00400000) != BH_EFAULT ||
                           bh_health_read((void *)0x00400000, &after) != BH_EFAULT))
        bh_halt(-6); /* a call that fails takes nothing */
    for (uint32_t i = 0; bh_health_read(&record, &after) == BH_OK; i++) {
        if (after.waiting + i + 1 != before.waiting ||
            (i && record.sequence <= sequence) /* in order, whoever's they are */
            || (!before.lost && record.sequence + after.waiting + 1 != before.written))
            bh_halt(-7);
        sequence = record.sequence;
        if (!before.lost)
            print(&record);
        else if (record.partition != last_partition) /* too many to print them all */
            printf("%u of %u, code %d, %s; %u of %u lost\n", record.sequence, record.partition,
                   record.code, bh_event_name(record.event), before.lost, before.written);
        last_partition = record.partition;
    }
    if (bh_health_read(&record, &after) != BH_EEMPTY)
        bh_halt(-8);
}

static void for_all_suspended(bool reset)
{
    struct bh_partition_status who;

    for (uint32_t i = 0; bh_partition_status(i, &who) == BH_OK; i++)
        if (who.state == BH_STATE_SUSPENDED) {
            printf("%s is suspended\n", who.name);
            if (reset)
                bh_partition_reset(i, BH_RESET_COLD);
            else
                bh_partition_resume(i);
        }
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    for (;;) {
        uint32_t seen = slots;

        read_log();
        if (seen == RESUME_AT || seen == RESET_AT)
            for_all_suspended(seen == RESET_AT);
        bh_virq_enable();
        while (slots == seen)
            bh_wait();
    }
}
