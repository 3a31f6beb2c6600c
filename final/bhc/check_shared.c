/* bhc: shared blocks. What lies in a block is inside it, and has one cache attribute, for a page
 * with two is undefined (Intel SDM vol. 3A, 11.12.4). */
#include "check.h"
#include "measure.h"
#include "units.h"

#include <inttypes.h>
#include <string.h>

/* An area in a block, and where it stands. */
struct part {
    const struct system_partition *partition;
    const struct system_area *area;
    const struct item *item;
};

static void check_inside(const struct description *d, const struct part *part, struct diag *diag)
{
    const struct system_area *a = part->area;
    const struct system_shared *block = &d->system.shared[a->shared];

    if (a->offset >= block->size)
        diag_error(diag, part->item->line,
                   "area %s begins behind the end of shared block %s, which has %s: write a "
                   "smaller offset",
                   a->name, block->name, size_word(block->size).s);
    else if (a->size > block->size - a->offset)
        diag_error(diag, part->item->line,
                   "area %s reaches out of shared block %s, which has %s: write a smaller size or "
                   "offset, or enlarge the block (line %u)",
                   a->name, block->name, size_word(block->size).s, d->shared[a->shared].line);
}

static void check_cache(const struct part *first, const struct part *part, const char *block,
                        struct diag *diag)
{
    if (first->area->cache != part->area->cache)
        diag_error(diag, part->item->line,
                   "area %s has another cache attribute than area %s of partition %s (line %u) in "
                   "shared block %s: give all its areas the same cache=",
                   part->area->name, first->area->name, first->partition->name, first->item->line,
                   block);
}

/* All areas in block i. */
static void check_parts(const struct description *d, uint32_t i, struct diag *diag)
{
    struct part first = {NULL, NULL, NULL};

    for (uint32_t p = 0; p < d->system.partition_count; p++)
        for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++) {
            struct part part = {&d->system.partitions[p], &d->system.partitions[p].areas[a],
                                &d->partitions[p].areas[a]};

            if (!part.item->whole || part.area->kind != AREA_SHARED || part.area->shared != i)
                continue;
            check_inside(d, &part, diag);
            if (first.area)
                check_cache(&first, &part, d->system.shared[i].name, diag);
            else
                first = part;
        }
}

/* Blocks with a fixed place, against one another and against areas. */
static void check_place(const struct description *d, uint32_t i, struct diag *diag)
{
    const struct system_shared *block = &d->system.shared[i];
    char what[SYSTEM_NAME_SIZE + 16];

    if (block->physical == AREA_ANYWHERE)
        return;
    snprintf(what, sizeof what, "shared block %s", block->name);
    check_ram_place(d, what, shared_span(block), d->shared[i].line, diag);
    for (uint32_t j = 0; j < i; j++)
        if (d->shared[j].whole && d->system.shared[j].physical != AREA_ANYWHERE &&
            spans_overlap(shared_span(block), shared_span(&d->system.shared[j])))
            diag_error(diag, d->shared[i].line,
                       "shared block %s overlaps shared block %s (line %u) in physical memory: "
                       "move it, or leave physical= out",
                       block->name, d->system.shared[j].name, d->shared[j].line);
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++) {
            const struct system_area *area = &d->system.partitions[p].areas[a];
            const struct item *item = &d->partitions[p].areas[a];

            if (item->whole && area->physical != AREA_ANYWHERE &&
                spans_overlap(shared_span(block), physical_span(area)))
                diag_error(diag, item->line,
                           "area %s overlaps shared block %s (line %u) in physical memory: move "
                           "it, or leave physical= out",
                           area->name, block->name, d->shared[i].line);
        }
}

void check_shared(const struct description *d, struct diag *diag)
{
    for (uint32_t i = 0; i < d->system.shared_count; i++)
        if (d->shared[i].whole) {
            check_place(d, i, diag);
            check_parts(d, i, diag);
        }
}
