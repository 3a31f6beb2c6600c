/* bhc: I/O ports. Each has one owner at most, and the hypervisor's are its own. */
#include "check.h"
#include "ports.h"

#include <inttypes.h>

const struct port_owner hypervisor_ports[] = {
    {0x20, 0x21, "the first interrupt controller"},
    {0x40, 0x43, "the interval timer"},
    {0x61, 0x61, "the interval timer's gate"},
    {0xA0, 0xA1, "the second interrupt controller"},
    {0xF4, 0xF4, "QEMU's exit device"},
    {0x4D0, 0x4D1, "the interrupt controllers' trigger mode registers"},
    {0x8900, 0x8900, "Bochs' shutdown device"},
    {0, 0, NULL},
};

bool ports_overlap(const struct system_port_range *range, uint32_t first, uint32_t last)
{
    return range->first <= last && first <= range->last;
}

/* Two ranges that share ports, b being further down in the file. */
static void check_pair(const struct description *d, uint32_t p, uint32_t i, uint32_t q, uint32_t j,
                       struct diag *diag)
{
    const struct system_port_range *a = &d->system.partitions[p].port_ranges[i];
    const struct system_port_range *b = &d->system.partitions[q].port_ranges[j];
    const struct item *at = &d->partitions[p].port_ranges[i];
    const struct item *bt = &d->partitions[q].port_ranges[j];

    if (!at->whole || !bt->whole || !ports_overlap(a, b->first, b->last))
        return;
    diag_error(diag, bt->line,
               "port 0x%X already belongs to partition %s (line %u): a port has one owner; remove "
               "it from one of them",
               (unsigned)(a->first > b->first ? a->first : b->first), d->system.partitions[p].name,
               at->line);
}

static void check_overlaps(const struct description *d, uint32_t q, uint32_t j, struct diag *diag)
{
    for (uint32_t p = 0; p < q; p++)
        for (uint32_t i = 0; i < d->system.partitions[p].port_range_count; i++)
            check_pair(d, p, i, q, j, diag);
}

static void check_range(const struct system_port_range *range, const struct item *item,
                        struct diag *diag)
{
    if (range->first > range->last) {
        diag_error(diag, item->line,
                   "ports 0x%X to 0x%X: the last is below the first: exchange the two",
                   (unsigned)range->first, (unsigned)range->last);
        return;
    }
    for (const struct port_owner *o = hypervisor_ports; o->what; o++)
        if (ports_overlap(range, o->first, o->last))
            diag_error(diag, item->line,
                       "port 0x%" PRIX32 " is part of %s, which the hypervisor keeps for itself: "
                       "leave it out",
                       o->first > range->first ? o->first : range->first, o->what);
}

void check_ports(const struct description *d, struct diag *diag)
{
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        for (uint32_t r = 0; r < d->system.partitions[p].port_range_count; r++) {
            if (d->partitions[p].port_ranges[r].whole)
                check_range(&d->system.partitions[p].port_ranges[r],
                            &d->partitions[p].port_ranges[r], diag);
            check_overlaps(d, p, r, diag);
        }
}
