/* virt: the trace's hypercalls. */
#include "virt/call/trace_calls.h"

#include "virt/memory/guest_access.h"
#include "virt/output/trace_ring.h"

static bool is_system(const struct vcpu *v)
{
    return v->partition->config->flags & PARTITION_SYSTEM;
}

/* The ring that a hypercall means. The right to it is asked for first: who has none does not even
 * learn which rings there are. */
static int32_t find(const struct vcpu *v, uint32_t number, struct trace_ring **ring)
{
    if (number != v->partition->id && !is_system(v))
        return BH_EPERM;
    *ring = trace_ring(number);
    return *ring ? BH_OK : BH_EINVAL;
}

int32_t trace_emit_call(struct vcpu *v, const struct trap_frame *f)
{
    if (f->ebx > 0xFFFF)
        return BH_EINVAL;
    trace_note(BH_TRACE_APPLICATION, v->partition, f->ebx, f->ecx, f->edx);
    return BH_OK;
}

/* All or nothing: what cannot be copied out is still there for the next call. */
int32_t trace_read_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_trace_record records[BH_TRACE_READ_MAX];
    struct trace_ring *ring;
    uint32_t count = f->edx;
    int32_t error = is_system(v) ? find(v, f->ebx, &ring) : BH_EPERM;

    if (error)
        return error;
    if (count == 0 || count > BH_TRACE_READ_MAX)
        return BH_ESIZE;
    if (ring->head == ring->tail)
        return BH_EEMPTY;
    if (count > ring->head - ring->tail)
        count = ring->head - ring->tail;
    for (uint32_t i = 0; i < count; i++)
        records[i] = trace_record(ring, ring->tail + i);
    if (!guest_copy_out(guest_pointer(f->ecx), records, count * sizeof *records))
        return BH_EFAULT;
    ring->tail += count;
    return (int32_t)count;
}

int32_t trace_status_call(struct vcpu *v, const struct trap_frame *f)
{
    struct bh_trace_status status;
    struct trace_ring *ring;
    int32_t error = find(v, f->ebx, &ring);

    if (error)
        return error;
    status = (struct bh_trace_status){
        .waiting = ring->head - ring->tail,
        .lost = ring->lost,
        .written = ring->head,
        .mask = ring->mask,
    };
    return guest_copy_out(guest_pointer(f->ecx), &status, sizeof status) ? BH_OK : BH_EFAULT;
}

int32_t trace_mask_call(struct vcpu *v, const struct trap_frame *f)
{
    struct trace_ring *ring;
    uint32_t mask = f->ecx;
    int32_t error = find(v, f->ebx, &ring);

    if (error)
        return error;
    if (mask >> BH_TRACE_KINDS)
        return BH_EINVAL;
    if (mask & ~ring->allowed && !is_system(v))
        return BH_EPERM;
    trace_set_mask(ring, mask);
    return BH_OK;
}
