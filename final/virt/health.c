/* virt: the health log. The indices run freely and are masked at use: full is a difference of
 * HEALTH_EVENTS, empty one of 0. */
#include "virt/health.h"

#include "core/clock.h"
#include "core/timer.h"
#include "klib/math64.h"
#include "klib/printf.h"

enum { PRINT_US = 250 /* what printing one event takes, at the most, on a slow machine */ };

static struct health_event events[HEALTH_EVENTS];
static uint32_t head, tail; /* next to write, next to print */
static uint32_t lost;
static uint32_t print_ticks;

void health_init(void)
{
    print_ticks = (uint32_t)div64(PRINT_US * clock_tsc_hz(), 1000000, NULL);
}

/* @return the event to fill in, or NULL when it is lost. */
static struct health_event *new_event(struct partition *p, enum health_kind kind)
{
    struct health_event *e = &events[head % HEALTH_EVENTS];

    if (head - tail == HEALTH_EVENTS) {
        lost++;
        return NULL;
    }
    head++;
    e->kind = kind;
    e->partition = p;
    e->ns = clock_now();
    return e;
}

void health_fault(struct partition *p, uint32_t address)
{
    struct health_event *e = new_event(p, HEALTH_FAULT);

    if (!e)
        return;
    e->address = address;
    e->frame = p->vcpu.entry.frame;
}

void health_finished(struct partition *p, int32_t result)
{
    struct health_event *e = new_event(p, HEALTH_FINISHED);

    if (e)
        e->result = result;
}

static void print_oldest(void)
{
    const struct health_event *e = &events[tail++ % HEALTH_EVENTS];
    const char *name = e->partition->config->name;

    if (e->kind == HEALTH_FINISHED) {
        printf("Partition %s finished with %d.\n", name, e->result);
        return;
    }
    printf("Partition %s is stopped: ", name);
    trap_print_cause(&e->frame, e->address);
}

static void print_lost(void)
{
    if (lost)
        printf("(%u health events more found no room in the log)\n", lost);
    lost = 0;
}

bool health_pump(void)
{
    if ((head == tail && !lost) || !timer_leaves(print_ticks))
        return false;
    if (head != tail)
        print_oldest();
    else
        print_lost();
    return true;
}

void health_drain(void)
{
    while (head != tail)
        print_oldest();
    print_lost();
}
