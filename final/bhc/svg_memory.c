/* bhc: memory. On the left the RAM, on the right each partition's address space. High addresses are
 * on top. A page beside a gigabyte cannot be drawn to scale: a block's height grows with the
 * logarithm of its size. */
#include "measure.h"
#include "svg.h"
#include "units.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCKS_MAX =
        2 * (SYSTEM_PARTITIONS_MAX * SYSTEM_AREAS_MAX + SYSTEM_SHARED_MAX + 2 * RAM_RANGES_MAX + 2),
    LABEL_SIZE = 2 * SYSTEM_NAME_SIZE + 24,
    CARDS_A_ROW = 4,
};

/* Pixels. Not an enumeration's: they are added to doubles. */
static const int ADDRESS_WIDTH = 76; /* the column of addresses left of a stack */
static const int SIZE_WIDTH = 84;    /* what a block's size needs, at its right */
static const int BLOCK_HEIGHT = 22;  /* of one page */
static const int TITLE_HEIGHT = 64;  /* the drawing's title and the note about heights */
static const int HEAD_HEIGHT = 40;   /* a column's title */
static const int LIST_HEAD = 34;     /* a list's title */
static const int LIST_GAP = 3;
static const int GAP = 32; /* between columns, and below them */

struct block {
    struct span span;
    char classes[24];
    char label[LABEL_SIZE];
};

struct blocks {
    unsigned count;
    struct block block[BLOCKS_MAX];
};

/* RAM, or an address space. */
struct column {
    char title[2 * SYSTEM_NAME_SIZE + 32];
    char subtitle[2 * SYSTEM_NAME_SIZE + 32];
    const char *list_title;
    char swatch[16];     /* class of a sample of its colour, or empty */
    struct blocks stack; /* with addresses, one on top of the other */
    struct blocks list;  /* without: an area that goes anywhere, or is not mapped */
};

static void add(struct blocks *blocks, struct span span, const char *classes, const char *label)
{
    struct block *block;

    if (blocks->count == BLOCKS_MAX || span.start >= span.end)
        return;
    block = &blocks->block[blocks->count++];
    block->span = span;
    snprintf(block->classes, sizeof block->classes, "%s", classes);
    snprintf(block->label, sizeof block->label, "%s", label);
}

static void add_area(struct blocks *blocks, struct span span, uint32_t partition, const char *label)
{
    char classes[24];

    snprintf(classes, sizeof classes, "area p%u", (unsigned)partition);
    add(blocks, span, classes, label);
}

static int compare(const void *a, const void *b)
{
    const struct block *x = a, *y = b;

    return x->span.start < y->span.start ? -1 : x->span.start > y->span.start;
}

/* Sorts, and fills what is left of a span with blocks. */
static void fill_gaps(struct blocks *stack, struct span span, const char *classes,
                      const char *label)
{
    unsigned count = stack->count;
    uint64_t at = span.start;

    qsort(stack->block, count, sizeof *stack->block, compare);
    for (unsigned i = 0; i < count; i++) {
        struct span used = stack->block[i].span;

        if (!spans_overlap(used, span))
            continue;
        add(stack, (struct span){at, used.start}, classes, label);
        at = used.end;
    }
    add(stack, (struct span){at, span.end}, classes, label);
    qsort(stack->block, stack->count, sizeof *stack->block, compare);
}

/* What partitions have of their own. Devices may lie where there is no RAM. */
static void collect_areas(const struct system *system, struct column *column)
{
    char label[LABEL_SIZE];

    for (uint32_t p = 0; p < system->partition_count; p++)
        for (uint32_t a = 0; a < system->partitions[p].area_count; a++) {
            const struct system_area *area = &system->partitions[p].areas[a];

            snprintf(label, sizeof label, "%s / %s%s", system->partitions[p].name, area->name,
                     area->kind == AREA_DEVICE ? ", device" : "");
            if (area->kind == AREA_SHARED)
                continue;
            if (area->physical == AREA_ANYWHERE)
                add_area(&column->list, (struct span){0, area->size}, p, label);
            else
                add_area(&column->stack, physical_span(area), p, label);
        }
}

static void collect_shared(const struct system *system, struct column *column)
{
    char label[LABEL_SIZE];

    for (uint32_t i = 0; i < system->shared_count; i++) {
        const struct system_shared *shared = &system->shared[i];

        snprintf(label, sizeof label, "shared: %s", shared->name);
        if (shared->physical == AREA_ANYWHERE)
            add(&column->list, (struct span){0, shared->size}, "shared", label);
        else
            add(&column->stack, shared_span(shared), "shared", label);
    }
}

/* Exact while that is short, else to a tenth of a larger unit: "3.0 GiB". */
static struct number_text short_size(uint64_t bytes)
{
    struct number_text text = size_text(bytes);
    uint64_t unit = bytes >= UINT64_C(1) << 30 ? UINT64_C(1) << 30 : UINT64_C(1) << 20;
    uint64_t tenths = (bytes * 10 + unit / 2) / unit;

    if (strlen(text.s) > sizeof "9999 KiB" - 1)
        snprintf(text.s, sizeof text.s, "%" PRIu64 ".%" PRIu64 " %s", tenths / 10, tenths % 10,
                 unit == UINT64_C(1) << 30 ? "GiB" : "MiB");
    return text;
}

static void make_physical(const struct description *d, struct column *column)
{
    uint64_t top = 0, total = 0;

    collect_areas(&d->system, column);
    collect_shared(&d->system, column);
    for (unsigned i = 0; i < column->stack.count; i++)
        if (column->stack.block[i].span.end > top)
            top = column->stack.block[i].span.end;
    for (uint32_t r = 0; r < d->ram_count; r++) {
        struct span ram = {d->ram[r].base, d->ram[r].base + d->ram[r].size};
        struct span low = {ram.start, ram.end < HYPERVISOR_END ? ram.end : HYPERVISOR_END};

        if (low.start < low.end)
            fill_gaps(&column->stack, low, "kernel", "hypervisor, boot modules");
        fill_gaps(&column->stack, ram, "free", "free");
        total += d->ram[r].size;
        top = ram.end > top ? ram.end : top;
    }
    fill_gaps(&column->stack, (struct span){0, top}, "none", "no RAM");
    snprintf(column->title, sizeof column->title, "Physical memory");
    snprintf(column->subtitle, sizeof column->subtitle, "%s of RAM", short_size(total).s);
    column->list_title = "Anywhere: placed in free RAM at boot";
}

static void make_virtual(const struct description *d, uint32_t p, struct column *column)
{
    const struct system_partition *partition = &d->system.partitions[p];
    char label[LABEL_SIZE];

    for (uint32_t a = 0; a < partition->area_count; a++) {
        const struct system_area *area = &partition->areas[a];

        snprintf(label, sizeof label, "%s (%s%s%s)", area->name,
                 area->rights & AREA_WRITE ? "rw" : "r",
                 area->kind == AREA_SHARED   ? ", shared: "
                 : area->kind == AREA_DEVICE ? ", device"
                                             : "",
                 area->kind == AREA_SHARED ? d->system.shared[area->shared].name : "");
        if (area->virtual == AREA_UNMAPPED)
            add_area(&column->list, (struct span){0, area->size}, p, label);
        else
            add_area(&column->stack, virtual_span(area), p, label);
    }
    add(&column->stack, (struct span){CONTROL_PAGE, HYPERVISOR_BASE}, "kernel", "control page");
    add(&column->stack, (struct span){HYPERVISOR_BASE, PHYSICAL_END}, "kernel", "hypervisor");
    fill_gaps(&column->stack, (struct span){0, HYPERVISOR_BASE}, "free", "not mapped");
    snprintf(column->title, sizeof column->title, "Partition %s", partition->name);
    snprintf(column->subtitle, sizeof column->subtitle, "image %s", partition->image);
    snprintf(column->swatch, sizeof column->swatch, "p%u", (unsigned)p);
    column->list_title = "Not mapped at the start";
}

/* Column 0 is physical memory, the others are the partitions. */
static struct column *make(const struct description *d, uint32_t index)
{
    static struct column column;

    memset(&column, 0, sizeof column);
    if (index == 0)
        make_physical(d, &column);
    else
        make_virtual(d, index - 1, &column);
    return &column;
}

static int block_height(const struct block *block)
{
    int height = BLOCK_HEIGHT;

    for (uint64_t size = block->span.end - block->span.start; size > PAGE_BYTES; size /= 2)
        height++;
    return height;
}

static int blocks_height(const struct blocks *blocks, int gap)
{
    int height = 0;

    for (unsigned i = 0; i < blocks->count; i++)
        height += block_height(&blocks->block[i]) + gap;
    return height;
}

static int column_height(const struct column *column)
{
    int height = HEAD_HEIGHT + blocks_height(&column->stack, 0);

    if (column->list.count)
        height += LIST_HEAD + blocks_height(&column->list, LIST_GAP);
    return height + GAP;
}

/* Wide enough for the labels of its blocks and its titles; without the addresses. */
static int column_width(const struct column *column)
{
    const struct blocks *both[] = {&column->stack, &column->list};
    int width = svg_text_width(column->title) * 13 / 11; /* a heading's letters are larger */

    if (column->list.count && svg_text_width(column->list_title) > width)
        width = svg_text_width(column->list_title);
    for (int b = 0; b < 2; b++)
        for (unsigned i = 0; i < both[b]->count; i++) {
            int wanted = svg_text_width(both[b]->block[i].label) + SIZE_WIDTH;

            width = wanted > width ? wanted : width;
        }
    return width;
}

static void draw_block(FILE *out, const struct block *block, double x, double y, int width)
{
    int height = block_height(block);
    double line = y + height / 2 + 4;

    fprintf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%d\" height=\"%d\"/>\n",
            block->classes, x, y + 0.5, width, height - 1);
    svg_text(out, x + 8, line, "label", "%s", block->label);
    svg_text(out, x + width - 8, line, "muted end", "%s",
             short_size(block->span.end - block->span.start).s);
}

/* Downwards from y. The first address of a block stands at its lower edge. @return the bottom */
static double draw_stack(FILE *out, const struct blocks *stack, double x, double y, int width)
{
    if (stack->count)
        svg_text(out, x - 6, y + 8, "mono muted end", "0x%08" PRIX64,
                 stack->block[stack->count - 1].span.end - 1);
    for (unsigned i = stack->count; i-- > 0;) {
        draw_block(out, &stack->block[i], x, y, width);
        y += block_height(&stack->block[i]);
        svg_text(out, x - 6, y - 2, "mono muted end", "0x%08" PRIX64, stack->block[i].span.start);
    }
    return y;
}

static void draw_list(FILE *out, const struct column *column, double x, double y, int width)
{
    if (column->list.count == 0)
        return;
    svg_text(out, x, y + LIST_HEAD - 8, "muted", "%s", column->list_title);
    y += LIST_HEAD;
    for (unsigned i = 0; i < column->list.count; i++) {
        draw_block(out, &column->list.block[i], x, y, width);
        y += block_height(&column->list.block[i]) + LIST_GAP;
    }
}

static void draw_column(FILE *out, const struct column *column, double x, double y, int width)
{
    double left = x + ADDRESS_WIDTH;

    fprintf(out, "<g>\n");
    if (*column->swatch)
        fprintf(out,
                "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"10\" height=\"10\" rx=\"2\"/>\n",
                column->swatch, left - 16, y);
    svg_text(out, left, y + 10, "h2", "%s", column->title);
    svg_text(out, left, y + 26, "muted", "%s", column->subtitle);
    y = draw_stack(out, &column->stack, left, y + HEAD_HEIGHT, width);
    draw_list(out, column, left, y, width);
    fprintf(out, "</g>\n");
}

/* Where things go: physical memory on the left, the partitions in rows beside it. */
struct sheet {
    int physical_width, card_width;
    int row_height[SYSTEM_PARTITIONS_MAX];
    int width, height;
};

static void lay_out(const struct description *d, struct sheet *sheet)
{
    uint32_t count = d->system.partition_count;
    int columns = count < CARDS_A_ROW ? (int)count : CARDS_A_ROW;
    int physical_height, cards_height = 0;

    memset(sheet, 0, sizeof *sheet);
    sheet->physical_width = column_width(make(d, 0));
    physical_height = column_height(make(d, 0));
    for (uint32_t p = 0; p < count; p++) {
        const struct column *column = make(d, p + 1);
        int *row = &sheet->row_height[p / CARDS_A_ROW];
        int width = column_width(column), height = column_height(column);

        sheet->card_width = width > sheet->card_width ? width : sheet->card_width;
        *row = height > *row ? height : *row;
    }
    for (uint32_t r = 0; r < SYSTEM_PARTITIONS_MAX; r++)
        cards_height += sheet->row_height[r];
    sheet->width = 2 * SVG_MARGIN + ADDRESS_WIDTH + sheet->physical_width +
                   columns * (GAP + ADDRESS_WIDTH + sheet->card_width);
    sheet->height = SVG_MARGIN + TITLE_HEIGHT +
                    (physical_height > cards_height ? physical_height : cards_height);
}

static void draw_cards(FILE *out, const struct description *d, const struct sheet *sheet)
{
    double left = SVG_MARGIN + ADDRESS_WIDTH + sheet->physical_width + GAP;
    double y = SVG_MARGIN + TITLE_HEIGHT;

    for (uint32_t p = 0; p < d->system.partition_count; p++) {
        uint32_t column = p % CARDS_A_ROW, row = p / CARDS_A_ROW;

        if (column == 0 && row > 0)
            y += sheet->row_height[row - 1];
        draw_column(out, make(d, p + 1),
                    left + column * (double)(ADDRESS_WIDTH + sheet->card_width + GAP), y,
                    sheet->card_width);
    }
}

void svg_memory(FILE *out, const struct description *d)
{
    struct sheet sheet;
    char title[64], text[160];

    lay_out(d, &sheet);
    snprintf(title, sizeof title, "System %s: memory", d->name);
    snprintf(text, sizeof text,
             "Physical memory with the areas of %" PRIu32 " partitions, and the address space of "
             "each partition.",
             d->system.partition_count);
    svg_begin(out, "memory", sheet.width, sheet.height, title, text);
    svg_text(out, SVG_MARGIN, SVG_MARGIN + 34, "muted",
             "High addresses are on top; heights are not to scale.");
    draw_column(out, make(d, 0), SVG_MARGIN, SVG_MARGIN + TITLE_HEIGHT, sheet.physical_width);
    draw_cards(out, d, &sheet);
    svg_end(out);
}
