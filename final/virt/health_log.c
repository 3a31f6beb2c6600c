/* virt: the health monitor's log. The indices run freely and are masked at use: a record's number
 * is its place, full is a difference of HEALTH_EVENTS, empty one of 0. */
#include "virt/health_log.h"

#include "core/clock.h"
#include "core/timer.h"
#include "klib/math64.h"
#include "klib/printf.h"
#include "virt/guest_access.h"

enum { PRINT_US = 250 /* what printing one event takes, at the most, on a slow machine */ };

static struct bh_health_record records[HEALTH_EVENTS];
static uint32_t head, printed, taken; /* next to write, to print, to be read by a partition */
static uint32_t lost_to_print;        /* since that was last told */
static uint32_t lost_to_read;         /* since the start */
static uint32_t print_ticks;

void health_log_init(void)
{
    print_ticks = (uint32_t)div64(PRINT_US * clock_tsc_hz(), 1000000, NULL);
}

void health_log_insert(struct bh_health_record *record)
{
    record->ns = clock_now();
    record->sequence = head;
    if (head - printed == HEALTH_EVENTS) {
        printed++;
        lost_to_print++;
    }
    if (head - taken == HEALTH_EVENTS) {
        taken++;
        lost_to_read++;
    }
    records[head++ % HEALTH_EVENTS] = *record;
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

static void print_oldest(void)
{
    const struct bh_health_record *r = &records[printed++ % HEALTH_EVENTS];
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

static void print_lost(void)
{
    if (lost_to_print)
        printf("(%u health events were written over before they were printed)\n", lost_to_print);
    lost_to_print = 0;
}

bool health_pump(void)
{
    if ((head == printed && !lost_to_print) || !timer_leaves(print_ticks))
        return false;
    if (lost_to_print)
        print_lost();
    else
        print_oldest();
    return true;
}

void health_drain(void)
{
    print_lost();
    while (head != printed)
        print_oldest();
}

static struct bh_health_status status(void)
{
    return (struct bh_health_status){
        .waiting = head - taken,
        .lost = lost_to_read,
        .written = head,
    };
}

/* All or nothing: a record whose copy has no room is still there for the next call. */
int32_t health_read_call(struct vcpu *v, const struct trap_frame *f)
{
    const struct bh_health_record *r = &records[taken % HEALTH_EVENTS];
    struct bh_health_status s;

    if (!(v->partition->config->flags & PARTITION_SYSTEM))
        return BH_EPERM;
    if (head == taken)
        return BH_EEMPTY;
    if (!guest_writable(guest_pointer(f->ecx), sizeof s) ||
        !guest_copy_out(guest_pointer(f->ebx), r, sizeof *r))
        return BH_EFAULT;
    taken++;
    s = status();
    guest_copy_out(guest_pointer(f->ecx), &s, sizeof s);
    return BH_OK;
}

int32_t health_status_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_health_status s = status();

    if (!(v->partition->config->flags & PARTITION_SYSTEM))
        return BH_EPERM;
    return guest_copy_out(guest_pointer(f->ebx), &s, sizeof s) ? BH_OK : BH_EFAULT;
}
