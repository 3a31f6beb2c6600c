/* bhc: <partitions>: what each may use. */
#include "parse_values.h"

#include "limits.h"
#include "words.h"

#include <string.h>

static void read_image(const struct element *e, char image[SYSTEM_NAME_SIZE])
{
    struct value value;

    read_name(e, "image", image);
    if (get(e, "image", &value) && !strcmp(value.text, DESCRIPTION_MODULE))
        refuse(e, &value, "is the name of the description's own boot module: rename the image");
}

static bool find_shared(const struct system *system, const char *name, uint32_t *index)
{
    for (uint32_t i = 0; i < system->shared_count; i++) {
        if (strcmp(system->shared[i].name, name) != 0)
            continue;
        *index = i;
        return true;
    }
    return false;
}

static void read_rights(const struct element *e, uint32_t *rights)
{
    struct value value;

    if (!require(e, "rights", &value))
        return;
    if (!strcmp(value.text, "r"))
        *rights = AREA_READ;
    else if (!strcmp(value.text, "rw"))
        *rights = AREA_READ | AREA_WRITE;
    else
        refuse(e, &value, "is unknown: write r (read, execute) or rw (read, write, execute)");
}

/* shared= and offset=, which go together. */
static void read_shared(const struct element *e, const struct system *system,
                        struct system_area *area)
{
    struct value shared, offset;

    if (get(e, "shared", &shared)) {
        area->kind = AREA_SHARED;
        if (!find_shared(system, shared.text, &area->shared))
            refuse(e, &shared, "names no shared block: write one of the <shared> in <memory>");
        read_optional_address(e, "offset", 0, &area->offset);
    } else if (get(e, "offset", &offset)) {
        refuse(e, &offset, "is for shared areas: remove it, or add shared=");
    }
}

static void read_kind(const struct element *e, const struct system *system,
                      struct system_area *area)
{
    struct value physical;
    uint32_t device = 0;

    read_shared(e, system, area);
    read_flag(e, "device", 1, &device);
    if (device && area->kind == AREA_SHARED) {
        diag_error(e->diag, e->item->line, "area %s is a device and shared: write one of the two",
                   area->name);
        e->item->whole = false;
    } else if (device) {
        area->kind = AREA_DEVICE;
        if (!xmlHasNsProp(e->node, BAD_CAST "physical", NULL)) {
            diag_error(e->diag, e->item->line,
                       "area %s is a device and has no place: add physical=, where the board has "
                       "the device",
                       area->name);
            e->item->whole = false;
        }
    }
    if (area->kind == AREA_SHARED && get(e, "physical", &physical))
        refuse(e, &physical, "is for areas of their own: give it to the <shared> block");
}

static void parse_area(xmlNode *node, const struct system *system, struct system_area *area,
                       struct item *item, struct diag *diag)
{
    struct element e = open_element(node, item, diag);
    uint64_t size = 0;

    read_name(&e, "name", area->name);
    read_size(&e, PHYSICAL_END - PAGE_BYTES, &size);
    area->size = (uint32_t)size;
    read_optional_address(&e, "physical", AREA_ANYWHERE, &area->physical);
    read_optional_address(&e, "virtual", AREA_UNMAPPED, &area->virtual);
    read_rights(&e, &area->rights);
    read_kind(&e, system, area);
    area->cache = area->kind == AREA_DEVICE ? AREA_UNCACHED : AREA_WRITE_BACK;
    read_choice(&e, "cache", cache_words, &area->cache);
}

static void parse_port_range(xmlNode *node, struct system_port_range *range, struct item *item,
                             struct diag *diag)
{
    struct element e = open_element(node, item, diag);
    struct value first, last, count;
    struct why why;
    uint32_t first_port = 0, last_port = 0, ports = 0;
    bool has_last = get(&e, "last", &last), has_count = get(&e, "count", &count);

    if (require(&e, "first", &first))
        refuse_unless(units_port(first.text, 0xFFFF, &first_port, &why), &e, &first, &why);
    if (has_last == has_count) {
        diag_error(diag, item->line, "<io-ports> has %s: write one of the two",
                   has_last ? "both last= and count=" : "neither last= nor count=");
        item->whole = false;
    }
    if (has_last)
        refuse_unless(units_port(last.text, 0xFFFF, &last_port, &why), &e, &last, &why);
    if (has_count)
        refuse_unless(units_count(count.text, 1, 0x10000, &ports, &why), &e, &count, &why);
    if (item->whole && has_count)
        last_port = first_port + ports - 1;
    if (item->whole && last_port > 0xFFFF)
        refuse(&e, &count, "reaches above port 0xFFFF: write a smaller count");
    range->first = (uint16_t)first_port;
    range->last = (uint16_t)last_port;
}

static void parse_line(xmlNode *node, struct system_partition *partition,
                       struct partition_source *source, struct diag *diag)
{
    struct element e = open_element(node, &source->lines[source->line_count], diag);
    uint32_t number = 0, level = 0;
    struct value value;

    read_count(&e, "number", 0, SYSTEM_LINES - 1, &number);
    read_choice(&e, "trigger", trigger_words, &level);
    if (!e.item->whole || !get(&e, "number", &value))
        return;
    if (partition->lines & UINT32_C(1) << number) {
        refuse(&e, &value, "is this partition's already: remove one of the two");
        return;
    }
    source->line_numbers[source->line_count] = number;
    partition->lines |= UINT32_C(1) << number;
    partition->level_lines |= level << number;
}

static void read_attributes(const struct element *e, struct system_partition *p)
{
    read_name(e, "name", p->name);
    read_image(e, p->image);
    read_flag(e, "console", PARTITION_CONSOLE, &p->flags);
    read_flag(e, "system", PARTITION_SYSTEM, &p->flags);
    read_flag(e, "flush-cache", PARTITION_FLUSH_CACHE, &p->flags);
    read_optional_count(e, "page-tables", 1, PAGE_TABLES_MAX, PAGE_TABLES_DEFAULT, &p->page_tables);
    read_optional_count(e, "restarts", 0, UINT32_MAX, 0, &p->restarts);
    read_optional_count(e, "spaces", 0, SYSTEM_SPACES_MAX - 1, 0, &p->spaces);
    read_optional_count(e, "background", 1, SYSTEM_BACKGROUND_MAX, 0, &p->background);
    read_words(e, "trace", trace_words, &p->trace_mask);
}

static void parse_partition(xmlNode *node, struct description *d, uint32_t index, struct diag *diag)
{
    static const struct quota areas = {"area", "a partition", SYSTEM_AREAS_MAX,
                                       "SYSTEM_AREAS_MAX in core/system.h"};
    static const struct quota ports = {"io-ports", "a partition", SYSTEM_PORT_RANGES_MAX,
                                       "SYSTEM_PORT_RANGES_MAX in core/system.h"};
    static const struct quota lines = {"line", "a partition", SYSTEM_LINES,
                                       "SYSTEM_LINES in core/system.h"};
    struct system_partition *p = &d->system.partitions[index];
    struct partition_source *source = &d->partitions[index];
    struct element e = open_element(node, &source->item, diag);
    uint32_t *n = &p->area_count;
    xmlNode *c;

    read_attributes(&e, p);
    for (c = node->children; (c = next_child(c, &areas, *n, diag)); c = c->next, ++*n)
        parse_area(c, &d->system, &p->areas[*n], &source->areas[*n], diag);
    n = &p->port_range_count;
    for (c = node->children; (c = next_child(c, &ports, *n, diag)); c = c->next, ++*n)
        parse_port_range(c, &p->port_ranges[*n], &source->port_ranges[*n], diag);
    n = &source->line_count;
    for (c = node->children; (c = next_child(c, &lines, *n, diag)); c = c->next, ++*n)
        parse_line(c, p, source, diag);
}

void parse_partitions(xmlNode *root, struct description *d, struct diag *diag)
{
    static const struct quota partitions = {"partition", "a system", SYSTEM_PARTITIONS_MAX,
                                            "SYSTEM_PARTITIONS_MAX in core/system.h"};
    uint32_t *n = &d->system.partition_count;

    for (xmlNode *c = children_of(root, "partitions"); (c = next_child(c, &partitions, *n, diag));
         c = c->next, ++*n)
        parse_partition(c, d, *n, diag);
}
