/* virt: the trace on the console, at the end of a run, for scripts/trace. Lines of words and
 * decimal numbers, so that it survives any terminal: what the numbers mean comes with them. */
#include "virt/output/trace_print.h"

#include "hw/uart_queue.h"
#include "klib/printf.h"
#include "virt/output/trace_ring.h"

static const struct system *description;
static bool wanted;

void trace_print_init(const struct system *system, bool print)
{
    description = system;
    wanted = print;
}

static void print_plan(uint32_t number, const struct system_plan *plan)
{
    printf("trace plan %u %s %u\n", number, plan->name, plan->major_frame_us);
    for (uint32_t i = 0; i < plan->slot_count; i++)
        printf("trace slot %u %u %u %u\n", number, plan->slots[i].partition,
               plan->slots[i].start_us, plan->slots[i].duration_us);
}

static void print_ring(const char *name, const struct trace_ring *ring)
{
    printf("trace ring %s %u %u\n", name, ring->head, ring->lost);
    for (uint32_t i = ring->tail; i != ring->head; i++) {
        struct bh_trace_record r = trace_record(ring, i);

        printf("t %u %llu %u %u %u %u %u\n", r.number, r.ns, r.kind, r.partition, r.code, r.a, r.b);
        uart_queue_flush(); /* a ring is more than the queue holds, and nobody waits any more */
    }
}

void trace_print(void)
{
    if (!wanted)
        return;
    printf("trace begin 1\n");
    for (uint32_t i = 0; i < description->partition_count; i++)
        printf("trace partition %u %s\n", i, description->partitions[i].name);
    for (uint32_t i = 0; i < description->plan_count; i++)
        print_plan(i, &description->plans[i]);
    print_ring("-", trace_ring(BH_NOBODY));
    for (uint32_t i = 0; i < description->partition_count; i++)
        if (trace_ring(i)->head)
            print_ring(description->partitions[i].name, trace_ring(i));
    printf("trace end\n");
}
