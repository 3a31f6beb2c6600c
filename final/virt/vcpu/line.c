/* virt: hardware interrupt lines of partitions. */
#include "virt/vcpu/line.h"

#include "api/bulkhead.h"
#include "core/trap.h"
#include "hw/pic_lines.h"
#include "virt/cpu.h"
#include "virt/output/trace.h"

_Static_assert(BH_VIRQ_LINE + SYSTEM_LINES == BH_VIRQS, "a virtual interrupt for each line");

uint32_t lines_now_open;

static struct vcpu *owners[SYSTEM_LINES];
static uint32_t owned;

void line_set(uint32_t open)
{
    lines_now_open = open;
    pic_set_lines(owned, open);
}

/* What the owner asked for and what has come decide together. It is the one whose time it is: a
 * hypercall of its own or its line's interrupt brought us here. */
static void update(struct vcpu *v)
{
    v->lines_open = v->lines & ~v->lines_waiting;
    line_open_only(v->lines_open);
}

/* A line's interrupt. Only an open line can come, so the time is its owner's. */
static void came(uint32_t line)
{
    struct vcpu *v = owners[line];

    trace_note(BH_TRACE_INTERRUPT, v->partition, line, 0, 0);
    v->lines_waiting |= 1u << line;
    update(v);
    v->control->virq_pending |= 1u << (BH_VIRQ_LINE + line);
    cpu_this()->pending |= PENDING_RESCHEDULE; /* its owner may be resting */
}

static int32_t check(const struct vcpu *v, uint32_t line)
{
    if (line >= SYSTEM_LINES)
        return BH_EINVAL;
    return owners[line] == v ? BH_OK : BH_EPERM;
}

int32_t line_mask(struct vcpu *v, uint32_t line, bool masked)
{
    int32_t error = check(v, line);

    if (error)
        return error;
    v->lines = (v->lines & ~(1u << line)) | (masked ? 0 : 1u << line);
    update(v);
    return BH_OK;
}

int32_t line_end(struct vcpu *v, uint32_t line)
{
    int32_t error = check(v, line);

    if (error)
        return error;
    v->lines_waiting &= ~(1u << line);
    update(v);
    return BH_OK;
}

void line_init(const struct system *system)
{
    uint32_t level = 0;

    for (uint32_t i = 0; i < system->partition_count; i++) {
        const struct system_partition *p = &system->partitions[i];

        for (uint32_t line = 0; line < SYSTEM_LINES; line++)
            if (p->lines >> line & 1)
                owners[line] = &partition_get(i)->vcpu;
        owned |= p->lines;
        level |= p->level_lines;
    }
    if (owned)
        pic_set_trigger(owned, level);
    irq_set_line_handler(owned, came);
}
