/* virt: the trace. Records hold the TSC; it is turned into ns when they are read, for that costs
 * more than all the rest of writing one. */
#include "virt/output/trace.h"

#include "core/clock.h"
#include "core/frame.h"
#include "hw/tsc.h"
#include "virt/output/trace_ring.h"

_Static_assert(sizeof(struct bh_trace_record) == 24, "the same for both sides");

uint32_t trace_kinds;

static struct trace_ring rings[SYSTEM_PARTITIONS_MAX];
static struct trace_ring hypervisor;

struct trace_ring *trace_ring(uint32_t number)
{
    if (number == BH_NOBODY)
        return &hypervisor;
    return number < partition_count() ? &rings[number] : NULL;
}

static void insert(struct trace_ring *ring, const struct bh_trace_record *record)
{
    struct bh_trace_record *place = &ring->records[ring->head & (ring->size - 1)];

    if (ring->head - ring->tail == ring->size) {
        ring->tail++;
        ring->lost++;
    }
    *place = *record;
    place->number = ring->head++;
}

void trace_add(enum bh_trace_kind kind, const struct partition *p, uint32_t code, uint32_t a,
               uint32_t b)
{
    struct bh_trace_record record = {
        .ns = tsc_read(),
        .kind = (uint8_t)kind,
        .partition = (uint8_t)(p ? p->id : TRACE_NOBODY),
        .code = (uint16_t)code,
        .a = a,
        .b = b,
    };

    if (p && rings[p->id].mask >> kind & 1)
        insert(&rings[p->id], &record);
    if (hypervisor.mask >> kind & 1)
        insert(&hypervisor, &record);
}

struct bh_trace_record trace_record(const struct trace_ring *ring, uint32_t index)
{
    struct bh_trace_record record = ring->records[index & (ring->size - 1)];

    record.ns = clock_from_tsc(record.ns);
    return record;
}

bool trace_records(enum bh_trace_kind kind, const struct partition *p)
{
    return (hypervisor.mask | rings[p->id].mask) >> kind & 1;
}

static void update_kinds(void)
{
    trace_kinds = hypervisor.mask;
    for (uint32_t i = 0; i < partition_count(); i++)
        trace_kinds |= rings[i].mask;
    for (uint32_t i = 0; i < partition_count(); i++) {
        struct vcpu *v = &partition_get(i)->vcpu;

        v->calls_recorded = trace_records(BH_TRACE_HYPERCALL, v->partition);
        vcpu_choose_way(v);
    }
}

void trace_set_mask(struct trace_ring *ring, uint32_t mask)
{
    ring->mask = mask;
    ring->allowed |= mask;
    update_kinds();
}

void trace_reset(const struct partition *p)
{
    struct trace_ring *ring = &rings[p->id];

    if (!ring->size) /* the system's start: trace_init() comes later */
        return;
    ring->mask = ring->allowed = p->config->trace_mask;
    update_kinds();
}

static void init_ring(struct trace_ring *ring, struct bh_trace_record *records, uint32_t size,
                      uint32_t mask)
{
    ring->records = records;
    ring->size = size;
    ring->mask = ring->allowed = mask;
}

void trace_init(const struct system *system, bool all)
{
    uint32_t count = system->partition_count;
    uint32_t records = TRACE_HYPERVISOR_RECORDS + count * TRACE_RECORDS;
    uint32_t bytes = align_up(records * sizeof(struct bh_trace_record), PAGE_SIZE);
    struct bh_trace_record *r = paging_virtual(frame_alloc(bytes / PAGE_SIZE));

    init_ring(&hypervisor, r, TRACE_HYPERVISOR_RECORDS,
              all ? (1u << BH_TRACE_KINDS) - 1 : system->trace_mask);
    for (uint32_t i = 0; i < count; i++)
        init_ring(&rings[i], r + TRACE_HYPERVISOR_RECORDS + i * TRACE_RECORDS, TRACE_RECORDS,
                  system->partitions[i].trace_mask);
    update_kinds();
}
