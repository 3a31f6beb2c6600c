/* bhc: legal but odd. A separation kernel trusts its description, so a grant that lets a partition
 * out of its bulkhead is worth a warning, even though somebody may want it. */
#include "check.h"
#include "measure.h"
#include "ports.h"
#include "units.h"

#include <inttypes.h>

/* Ports that reach further than their name says. */
static const struct port_owner powerful_ports[] = {
    {0x00, 0x0F, "a DMA controller, which writes to anybody's memory"},
    {0x60, 0x64, "the keyboard controller, which can reset the machine"},
    {0x80, 0x8F, "the DMA page registers, which point a DMA controller at anybody's memory"},
    {0x92, 0x92, "system control port A, which can reset the machine"},
    {0xC0, 0xDF, "a DMA controller, which writes to anybody's memory"},
    {0xCF8, 0xCFF, "PCI configuration, which can reset the machine and start DMA"},
    {0x3F8, 0x3FF, "the serial port that the hypervisor's console prints to"},
    {0, 0, NULL},
};

static void warn_of_range(const struct system_port_range *range, unsigned line, struct diag *diag)
{
    for (const struct port_owner *o = powerful_ports; o->what; o++)
        if (ports_overlap(range, o->first, o->last))
            diag_warning(diag, line,
                         "port 0x%" PRIX32 " is part of %s: leave it out, unless this partition is "
                         "to be trusted with it",
                         o->first > range->first ? o->first : range->first, o->what);
}

/* Two ranges of one partition that share ports. */
static void warn_of_double(const struct system_partition *partition,
                           const struct partition_source *source, uint32_t b, struct diag *diag)
{
    for (uint32_t a = 0; a < b; a++)
        if (ports_overlap(&partition->port_ranges[a], partition->port_ranges[b].first,
                          partition->port_ranges[b].last))
            diag_warning(diag, source->port_ranges[b].line,
                         "this range overlaps the one on line %u: write one range for both",
                         source->port_ranges[a].line);
}

static void warn_of_ports(const struct description *d, struct diag *diag)
{
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        for (uint32_t r = 0; r < d->system.partitions[p].port_range_count; r++) {
            warn_of_range(&d->system.partitions[p].port_ranges[r],
                          d->partitions[p].port_ranges[r].line, diag);
            warn_of_double(&d->system.partitions[p], &d->partitions[p], r, diag);
        }
}

static void warn_of_idle_partitions(const struct description *d, struct diag *diag)
{
    for (uint32_t p = 0; p < d->system.partition_count; p++) {
        uint32_t slots = 0;

        for (uint32_t i = 0; i < d->system.plan_count; i++)
            slots += plan_supply(&d->system.plans[i], p).slots;
        if (slots == 0 && !d->system.partitions[p].background)
            diag_warning(diag, d->partitions[p].item.line,
                         "partition %s is in no slot and never runs: give it a slot, or remove it",
                         d->system.partitions[p].name);
    }
}

static void warn_of_idle_plans(const struct description *d, struct diag *diag)
{
    for (uint32_t i = 0; i < d->system.plan_count; i++) {
        const struct system_plan *plan = &d->system.plans[i];
        uint32_t idle = plan->major_frame_us - plan_busy_us(plan);

        if (idle > plan->major_frame_us / 2)
            diag_warning(diag, d->plans[i].item.line,
                         "plan %s is idle for %s of its time: lengthen slots, or shorten the major "
                         "frame",
                         plan->name, percent_text(idle, plan->major_frame_us).s);
    }
}

static bool is_used(const struct description *d, const struct placement *placement,
                    struct span span)
{
    if (span.start < HYPERVISOR_END)
        return true;
    for (uint32_t i = 0; i < d->system.shared_count; i++)
        if (spans_overlap(span, placement->shared[i]))
            return true;
    for (uint32_t p = 0; p < d->system.partition_count; p++) {
        if (spans_overlap(span, placement->tables[p]))
            return true;
        for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++)
            if (spans_overlap(span, placement->areas[p][a]))
                return true;
    }
    return false;
}

static void warn_of_ram(const struct description *d, struct diag *diag)
{
    struct placement placement;
    bool home = false;

    place_areas(d, &placement);
    for (uint32_t r = 0; r < d->ram_count; r++) {
        const struct ram_range *ram = &d->ram[r];
        struct span span = {ram->base, ram->base + ram->size};

        home |= spans_overlap(span, (struct span){HYPERVISOR_LOAD, HYPERVISOR_END});
        if (!is_used(d, &placement, span))
            diag_warning(diag, ram->item.line,
                         "nothing lies in the RAM from 0x%08" PRIX64 " to 0x%08" PRIX64
                         ": remove it, or use it",
                         span.start, span.end - 1);
        if (span.end > LINEAR_MAP_END)
            diag_warning(diag, ram->item.line,
                         "RAM above 0x%08" PRIX32 " (1008 MiB) is out of the hypervisor's reach: "
                         "no area can lie there",
                         LINEAR_MAP_END);
    }
    if (!home)
        diag_warning(diag, d->ram[0].item.line,
                     "there is no RAM from 1 MiB to 4 MiB, where the hypervisor is loaded: add it, "
                     "if the board has it");
}

void check_oddities(const struct description *d, struct diag *diag)
{
    warn_of_ports(d, diag);
    warn_of_idle_partitions(d, diag);
    warn_of_idle_plans(d, diag);
    warn_of_ram(d, diag);
}
