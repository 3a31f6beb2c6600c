/* bhc: memory. Every page of RAM has one owner at most, and every address of a partition one
 * meaning. */
#include "check.h"
#include "measure.h"
#include "units.h"

#include <inttypes.h>

/* One area and all that a message about it needs. */
struct place {
    const struct system_partition *partition;
    const struct system_area *area;
    const struct item *item;
};

static bool has_physical(const struct place *a)
{
    return a->item->whole && a->area->physical != AREA_ANYWHERE;
}

static bool has_virtual(const struct place *a)
{
    return a->item->whole && a->area->virtual != AREA_UNMAPPED;
}

static struct place place_of(const struct description *d, uint32_t partition, uint32_t area)
{
    return (struct place){&d->system.partitions[partition],
                          &d->system.partitions[partition].areas[area],
                          &d->partitions[partition].areas[area]};
}

static void check_ram(const struct description *d, struct diag *diag)
{
    for (uint32_t b = 0; b < d->ram_count; b++) {
        const struct ram_range *ram = &d->ram[b];

        if (ram->item.whole && ram->base + ram->size > PHYSICAL_END)
            diag_error(diag, ram->item.line,
                       "RAM from 0x%08" PRIX64 " reaches past 4 GiB: write a smaller size",
                       ram->base);
        for (uint32_t a = 0; a < b; a++)
            if (ram->item.whole && d->ram[a].item.whole &&
                spans_overlap((struct span){ram->base, ram->base + ram->size},
                              (struct span){d->ram[a].base, d->ram[a].base + d->ram[a].size}))
                diag_error(diag, ram->item.line,
                           "this RAM overlaps that of line %u: change base or size of one",
                           d->ram[a].item.line);
    }
}

static bool ram_is_whole(const struct description *d)
{
    for (uint32_t r = 0; r < d->ram_count; r++)
        if (!d->ram[r].item.whole)
            return false;
    return d->ram_count > 0;
}

void check_ram_place(const struct description *d, const char *what, struct span span, unsigned line,
                     struct diag *diag)
{
    if (span.end > PHYSICAL_END)
        diag_error(diag, line,
                   "%s reaches past 4 GiB of physical memory: lower physical= or size=", what);
    else if (span.start < HYPERVISOR_END)
        diag_error(diag, line,
                   "%s lies below 4 MiB of physical memory, where the hypervisor's image and the "
                   "boot modules are: write physical=\"0x%08" PRIX32 "\" or more, or leave it out",
                   what, HYPERVISOR_END);
    else if (span.end > LINEAR_MAP_END)
        diag_error(diag, line,
                   "%s reaches past 0x%08" PRIX32
                   " (1008 MiB), the end of the physical memory that "
                   "the hypervisor can reach: move it down",
                   what, LINEAR_MAP_END);
    else if (ram_is_whole(d) && !is_ram(d, span))
        diag_error(diag, line,
                   "%s, physical 0x%08" PRIX64 " to 0x%08" PRIX64
                   ", is not all in one <ram>: move it, or correct <ram> (line %u)",
                   what, span.start, span.end - 1, d->ram[0].item.line);
}

/* Physical memory that is no RAM, whatever <ram> says, and that a device may have: the video
 * memory and the ROMs of a PC. */
static const struct span pc_hole = {0xA0000, 0x100000};

/* What the hypervisor keeps for itself. */
static const struct {
    struct span span;
    const char *what;
} own_devices[] = {
    {{0xFEC00000, 0xFEC01000}, "the I/O APIC"},
    {{0xFEE00000, 0xFEE01000}, "the local APIC"},
};

/* @return a range of RAM that a span touches, or NULL */
static const struct ram_range *ram_at(const struct description *d, struct span span)
{
    for (uint32_t r = 0; r < d->ram_count; r++)
        if (d->ram[r].item.whole &&
            spans_overlap((struct span){d->ram[r].base, d->ram[r].base + d->ram[r].size}, span))
            return &d->ram[r];
    return NULL;
}

static void check_device(const struct description *d, const struct place *a, struct diag *diag)
{
    struct span span = physical_span(a->area);
    bool in_hole = pc_hole.start <= span.start && span.end <= pc_hole.end;
    const struct ram_range *ram = in_hole ? NULL : ram_at(d, span);

    for (size_t i = 0; i < sizeof own_devices / sizeof own_devices[0]; i++)
        if (spans_overlap(span, own_devices[i].span))
            diag_error(diag, a->item->line,
                       "area %s holds %s at 0x%08" PRIX64 ", which the hypervisor keeps for "
                       "itself: leave it out",
                       a->area->name, own_devices[i].what, own_devices[i].span.start);
    if (span.end > PHYSICAL_END)
        diag_error(diag, a->item->line,
                   "area %s reaches past 4 GiB of physical memory: lower physical= or size=",
                   a->area->name);
    else if (ram)
        diag_error(diag, a->item->line,
                   "area %s is a device's and lies in the RAM of line %u: correct physical=, or "
                   "write device=\"no\"",
                   a->area->name, ram->item.line);
    else if (!in_hole && span.start < HYPERVISOR_END)
        diag_error(diag, a->item->line,
                   "area %s is a device's and lies below 4 MiB, where a PC has devices from "
                   "0x%08" PRIX64 " to 0x%08" PRIX64 " alone: correct physical=",
                   a->area->name, pc_hole.start, pc_hole.end - 1);
}

static void check_physical(const struct description *d, const struct place *a, struct diag *diag)
{
    char what[SYSTEM_NAME_SIZE + 8];

    if (!has_physical(a))
        return;
    snprintf(what, sizeof what, "area %s", a->area->name);
    if (a->area->kind == AREA_DEVICE)
        check_device(d, a, diag);
    else
        check_ram_place(d, what, physical_span(a->area), a->item->line, diag);
}

static void check_virtual(const struct place *a, struct diag *diag)
{
    struct span span = virtual_span(a->area);

    if (!has_virtual(a))
        return;
    if (span.start < VIRTUAL_FIRST)
        diag_error(diag, a->item->line,
                   "area %s covers virtual page 0, which stays empty so that null pointers fault: "
                   "write virtual=\"0x%08" PRIX32 "\" or more",
                   a->area->name, VIRTUAL_FIRST);
    else if (span.end > PHYSICAL_END)
        diag_error(diag, a->item->line,
                   "area %s wraps around at the end of the address space: lower virtual= or size=",
                   a->area->name);
    else if (span.end > HYPERVISOR_BASE)
        diag_error(diag, a->item->line,
                   "area %s reaches past virtual 0x%08" PRIX32 ", where the hypervisor begins: "
                   "lower virtual= or size=",
                   a->area->name, HYPERVISOR_BASE);
    else if (span.end > CONTROL_PAGE)
        diag_error(diag, a->item->line,
                   "area %s covers the partition control page at virtual 0x%08" PRIX32 ": end the "
                   "area below it",
                   a->area->name, CONTROL_PAGE);
}

/* The first area holds image and stack. */
static void check_first(const struct place *a, struct diag *diag)
{
    if (!a->item->whole)
        return;
    if (a->area->virtual == AREA_UNMAPPED)
        diag_error(diag, a->item->line,
                   "area %s is partition %s's first, for its image and stack, and has no virtual "
                   "address: add virtual=, where the image is linked",
                   a->area->name, a->partition->name);
    if (!(a->area->rights & AREA_WRITE))
        diag_error(diag, a->item->line,
                   "area %s is partition %s's first, for its image and stack, and cannot be "
                   "written: write rights=\"rw\"",
                   a->area->name, a->partition->name);
    if (a->area->kind != AREA_RAM)
        diag_error(
            diag, a->item->line,
            "area %s is partition %s's first, for its image and stack, and not memory of its "
            "own: put a plain area in front of it",
            a->area->name, a->partition->name);
}

static void check_pair(const struct place *a, const struct place *b, struct diag *diag)
{
    if (has_physical(a) && has_physical(b) &&
        spans_overlap(physical_span(a->area), physical_span(b->area)))
        diag_error(diag, b->item->line,
                   "area %s overlaps area %s of partition %s (line %u) in physical memory: move it "
                   "to 0x%08" PRIX64 " or elsewhere, or leave physical= out",
                   b->area->name, a->area->name, a->partition->name, a->item->line,
                   physical_span(a->area).end);
    if (a->partition == b->partition && has_virtual(a) && has_virtual(b) &&
        spans_overlap(virtual_span(a->area), virtual_span(b->area)))
        diag_error(diag, b->item->line,
                   "area %s overlaps area %s (line %u) in virtual memory: move it to 0x%08" PRIX64
                   " or elsewhere",
                   b->area->name, a->area->name, a->item->line, virtual_span(a->area).end);
}

/* Compares an area with all that stand above it in the file. */
static void check_overlaps(const struct description *d, uint32_t p, uint32_t a, struct diag *diag)
{
    struct place here = place_of(d, p, a);

    for (uint32_t q = 0; q <= p; q++)
        for (uint32_t b = 0; b < (q < p ? d->system.partitions[q].area_count : a); b++) {
            struct place above = place_of(d, q, b);

            check_pair(&above, &here, diag);
        }
}

static bool areas_are_whole(const struct description *d, uint32_t p)
{
    for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++)
        if (!d->partitions[p].areas[a].whole)
            return false;
    return d->partitions[p].item.whole;
}

static void check_page_tables(const struct description *d, uint32_t p, struct diag *diag)
{
    const struct system_partition *partition = &d->system.partitions[p];
    uint32_t needed = page_tables_needed(partition);

    if (areas_are_whole(d, p) && needed > partition->page_tables)
        diag_error(diag, d->partitions[p].item.line,
                   "partition %s has %" PRIu32 " page tables and needs %" PRIu32 ", one for each "
                   "4 MiB of addresses that its areas and its control page touch: write "
                   "page-tables=\"%" PRIu32 "\", or move its areas together",
                   partition->name, partition->page_tables, needed, needed);
}

/* Says which of a partition's things has found no room. @return whether there was one */
static bool report_no_room(const struct description *d, const struct placement *placement,
                           uint32_t p, struct diag *diag)
{
    for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++) {
        struct place area = place_of(d, p, a);

        if (placement->areas[p][a].end)
            continue;
        diag_error(diag, area.item->line,
                   "area %s finds no room: no %s in one piece are left in RAM above 4 MiB, behind "
                   "the areas above it in the file; make areas smaller, give them physical=, or "
                   "correct <ram>",
                   area.area->name, size_word(area.area->size).s);
        return true;
    }
    if (placement->tables[p].end)
        return false;
    diag_error(
        diag, d->partitions[p].item.line,
        "the page tables of partition %s and what else the hypervisor keeps for it (%s) find "
        "no room in RAM above 4 MiB: make areas or page-tables= smaller, or correct <ram>",
        d->system.partitions[p].name, size_word(partition_pages(&d->system, p) * PAGE_BYTES).s);
    return true;
}

/* Does everything find room? One message is enough. */
static void check_room(const struct description *d, struct diag *diag)
{
    struct placement placement;

    for (uint32_t p = 0; p < d->system.partition_count; p++)
        if (!areas_are_whole(d, p))
            return;
    for (uint32_t i = 0; i < d->system.shared_count; i++)
        if (!d->shared[i].whole)
            return;
    if (!ram_is_whole(d) || place_areas(d, &placement))
        return;
    for (uint32_t i = 0; i < d->system.shared_count; i++)
        if (!placement.shared[i].end) {
            diag_error(diag, d->shared[i].line,
                       "shared block %s finds no room: no %s in one piece are left in RAM above "
                       "4 MiB; make it smaller, give it physical=, or correct <ram>",
                       d->system.shared[i].name, size_word(d->system.shared[i].size).s);
            return;
        }
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        if (report_no_room(d, &placement, p, diag))
            return;
    diag_error(
        diag, d->ram[0].item.line,
        "the rings of the trace (%s) find no room in RAM above 4 MiB: make areas smaller, or "
        "correct <ram>",
        size_word(trace_pages(&d->system) * PAGE_BYTES).s);
}

void check_memory(const struct description *d, struct diag *diag)
{
    unsigned errors = diag->errors;

    check_ram(d, diag);
    for (uint32_t p = 0; p < d->system.partition_count; p++) {
        for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++) {
            struct place here = place_of(d, p, a);

            check_physical(d, &here, diag);
            check_virtual(&here, diag);
            if (a == 0)
                check_first(&here, diag);
            check_overlaps(d, p, a, diag);
        }
        check_page_tables(d, p, diag);
    }
    if (diag->errors == errors)
        check_room(d, diag);
}
