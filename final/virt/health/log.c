/* virt: the health monitor's log. Each ring's indices run freely and are masked at use: full is a
 * difference of HEALTH_EVENTS, empty one of 0. Over all rings, records are in the order of their
 * numbers: whoever wants the oldest compares the oldest ones of each. */
#include "virt/health/log.h"

#include "core/clock.h"
#include "core/timer.h"
#include "klib/math64.h"
#include "klib/printf.h"
#include "virt/partition.h"

enum {
    PRINT_US = 250, /* what printing one event takes, at the most, on a slow machine */
    RINGS = SYSTEM_PARTITIONS_MAX + 1,
};

/* The two who read a ring. */
enum reader { CONSOLE, SYSTEM_PARTITIONS, READERS };

static struct ring {
    struct bh_health_record records[HEALTH_EVENTS];
    uint32_t head;          /* next to write */
    uint32_t next[READERS]; /* next to read */
    uint32_t lost_to_print; /* since that was last told */
} rings[RINGS];             /* of each partition; the last one of the machine */

static uint32_t written, waiting[READERS];
static uint32_t lost; /* to system partitions, since the start */
static uint32_t print_ticks;

void health_log_init(void)
{
    print_ticks = (uint32_t)div64(PRINT_US * clock_tsc_hz(), 1000000, NULL);
}

static struct ring *ring_of(uint32_t partition)
{
    return &rings[partition < SYSTEM_PARTITIONS_MAX ? partition : SYSTEM_PARTITIONS_MAX];
}

/* The oldest record goes, if that reader has not got so far. @return whether it is lost to it */
static uint32_t push_out(struct ring *r, enum reader reader)
{
    if (r->head - r->next[reader] < HEALTH_EVENTS)
        return 0;
    r->next[reader]++;
    waiting[reader]--;
    return 1;
}

void health_log_insert(struct bh_health_record *record)
{
    struct ring *r = ring_of(record->partition);

    record->ns = clock_now();
    record->sequence = written++;
    r->lost_to_print += push_out(r, CONSOLE);
    lost += push_out(r, SYSTEM_PARTITIONS);
    r->records[r->head++ % HEALTH_EVENTS] = *record;
    waiting[CONSOLE]++;
    waiting[SYSTEM_PARTITIONS]++;
}

static const struct bh_health_record *next_of(const struct ring *r, enum reader reader)
{
    return &r->records[r->next[reader] % HEALTH_EVENTS];
}

/* The ring with the record that a reader has to get next; NULL: there is none. */
static struct ring *oldest(enum reader reader)
{
    struct ring *found = NULL;

    if (!waiting[reader])
        return NULL;
    for (struct ring *r = rings; r < rings + RINGS; r++)
        if (r->head != r->next[reader] &&
            (!found || next_of(r, reader)->sequence < next_of(found, reader)->sequence))
            found = r;
    return found;
}

static void advance(struct ring *r, enum reader reader)
{
    r->next[reader]++;
    waiting[reader]--;
}

static void print_cause(const struct bh_health_record *r)
{
    struct trap_frame frame = {.vector = r->vector, .error = r->error, .eip = r->eip, .cs = r->cs};

    trap_print_cause(&frame, r->address);
}

static const char *event_name(uint32_t event)
{
    static const char *const names[] = {
        [BH_HEALTH_APPLICATION] = "raises event",
        [BH_HEALTH_DEADLINE] = "missed a deadline",
        [BH_HEALTH_FINISHED] = "finished with",
        [BH_HEALTH_RESET_LOOP] = "has had all its restarts,",
        [BH_HEALTH_SLOT_LATE] = "began its slot late, by ns:",
        [BH_HEALTH_SPURIOUS] = "had a spurious interrupt, line",
        [BH_HEALTH_NMI] = "had a non-maskable interrupt",
    };

    return names[event];
}

/* What became of it, in a word behind "is". */
static const char *action_name(uint32_t action)
{
    static const char *const names[BH_ACTION_COUNT] = {
        [BH_ACTION_LOG] = "let go on",
        [BH_ACTION_PROPAGATE] = "told",
        [BH_ACTION_SUSPEND] = "suspended",
        [BH_ACTION_HALT] = "stopped",
        [BH_ACTION_WARM_RESET] = "stopped",
        [BH_ACTION_COLD_RESET] = "stopped",
        [BH_ACTION_SWITCH_PLAN] = "stopped, and the plan switched",
        [BH_ACTION_RESET_SYSTEM] = "the reason for a reset of the system",
        [BH_ACTION_HALT_SYSTEM] = "the reason for a halt of the system",
    };

    return names[action];
}

static void print_record(const struct bh_health_record *r)
{
    const struct partition *p = partition_get(r->partition);

    if (r->event <= BH_HEALTH_STATE) {
        printf("Partition %s is %s: ", p->config->name, action_name(r->action));
        print_cause(r);
        return;
    }
    if (p)
        printf("Partition %s %s %d", p->config->name, event_name(r->event), r->code);
    else
        printf("The hypervisor %s %d", event_name(r->event), r->code);
    if (r->action == BH_ACTION_LOG)
        printf(".\n");
    else
        printf(": it is %s.\n", action_name(r->action));
}

/* The oldest that waits; in front of it, what of the same partition was lost. */
static bool print_oldest(void)
{
    struct ring *r = oldest(CONSOLE);

    if (!r)
        return false;
    if (r->lost_to_print) {
        printf("(%u events before the next one were written over)\n", r->lost_to_print);
        r->lost_to_print = 0;
    }
    print_record(next_of(r, CONSOLE));
    advance(r, CONSOLE);
    return true;
}

bool health_pump(void)
{
    return waiting[CONSOLE] && timer_leaves(print_ticks) && print_oldest();
}

void health_drain(void)
{
    while (print_oldest())
        ;
}

const struct bh_health_record *health_log_oldest(void)
{
    const struct ring *r = oldest(SYSTEM_PARTITIONS);

    return r ? next_of(r, SYSTEM_PARTITIONS) : NULL;
}

void health_log_take(const struct bh_health_record *record)
{
    advance(ring_of(record->partition), SYSTEM_PARTITIONS);
}

struct bh_health_status health_log_status(void)
{
    return (struct bh_health_status){
        .waiting = waiting[SYSTEM_PARTITIONS],
        .lost = lost,
        .written = written,
    };
}
