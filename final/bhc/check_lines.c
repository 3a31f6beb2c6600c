/* bhc: interrupt lines. Each has one owner at most, and the hypervisor's are its own. */
#include "check.h"

#include <inttypes.h>

static const struct {
    uint32_t line;
    const char *what;
} own_lines[] = {
    {0, "the interval timer's"},
    {2, "the second interrupt controller's"},
    {13, "the FPU's error line"},
};

/* Keyboard and clock: a PC's chipset keeps these edge-triggered (ELCR). */
enum { ALWAYS_EDGE = 1 << 1 | 1 << 8 };

/* Where a partition's line stands: the elements are in the order of the file. */
static unsigned line_of(const struct description *d, uint32_t p, uint32_t number)
{
    const struct partition_source *source = &d->partitions[p];

    for (uint32_t i = 0; i < source->line_count; i++)
        if (source->lines[i].whole && source->line_numbers[i] == number)
            return source->lines[i].line;
    return source->item.line;
}

static void check_line(const struct description *d, uint32_t p, uint32_t number, struct diag *diag)
{
    unsigned at = line_of(d, p, number);
    uint32_t bit = UINT32_C(1) << number;

    for (size_t i = 0; i < sizeof own_lines / sizeof own_lines[0]; i++)
        if (own_lines[i].line == number)
            diag_error(diag, at,
                       "interrupt line %" PRIu32 " is %s, which the hypervisor keeps for itself: "
                       "leave it out",
                       number, own_lines[i].what);
    if (d->system.partitions[p].level_lines & bit & ALWAYS_EDGE)
        diag_error(diag, at,
                   "interrupt line %" PRIu32 " is edge-triggered on every PC: remove "
                   "trigger=\"level\"",
                   number);
    for (uint32_t q = 0; q < p; q++)
        if (d->system.partitions[q].lines & bit)
            diag_error(diag, at,
                       "interrupt line %" PRIu32 " already belongs to partition %s (line %u): a "
                       "line has one owner; remove it from one of them",
                       number, d->system.partitions[q].name, line_of(d, q, number));
}

void check_lines(const struct description *d, struct diag *diag)
{
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        for (uint32_t number = 0; number < SYSTEM_LINES; number++)
            if (d->system.partitions[p].lines >> number & 1)
                check_line(d, p, number, diag);
}
