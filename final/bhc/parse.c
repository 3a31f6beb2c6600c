/* bhc: tree to description: one function for each element of the vocabulary (system.xsd). */
#include "parse.h"

#include "units.h"
#include "xml.h"

#include <ctype.h>
#include <string.h>

/* An element being read. Each value that cannot be read makes its item not whole. */
struct element {
    xmlNode *node;
    struct item *item;
    struct diag *diag;
};

static struct element open_element(xmlNode *node, struct item *item, struct diag *diag)
{
    *item = (struct item){xml_line(node), true};
    return (struct element){node, item, diag};
}

/* An attribute. */
struct value {
    const char *name;
    char text[64]; /* no value is longer */
    unsigned line;
};

/* Reports: size="10" has no unit: write ... */
static void refuse(const struct element *e, const struct value *value, const char *why)
{
    diag_error(e->diag, value->line, "%s=\"%.48s\" %s", value->name, value->text, why);
    e->item->whole = false;
}

/* @return false if it is not there, or if it is so long that it cannot mean anything */
static bool get(const struct element *e, const char *name, struct value *value)
{
    xmlAttr *attribute = xmlHasNsProp(e->node, BAD_CAST name, NULL);
    xmlChar *text;
    int length;

    if (!attribute)
        return false;
    text = xmlNodeListGetString(e->node->doc, attribute->children, 1);
    value->name = name;
    value->line = xml_line(attribute);
    length = snprintf(value->text, sizeof value->text, "%s", text ? (const char *)text : "");
    xmlFree(text);
    if (length < (int)sizeof value->text)
        return true;
    refuse(e, value, "goes on for too long: write fewer characters; names have at most 23");
    return false;
}

/* A required attribute. That it is missing, the schema has said. */
static bool require(const struct element *e, const char *name, struct value *value)
{
    bool there = get(e, name, value);

    e->item->whole &= there;
    return there;
}

static void refuse_unless(bool ok, const struct element *e, const struct value *value,
                          const struct why *why)
{
    if (!ok)
        refuse(e, value, why->text);
}

/* Letters, digits, _ and -: what a module list, a file name and a console prefix can all carry. */
static const char *name_fault(const char *text)
{
    if (*text == '\0')
        return "is empty: write a name";
    for (const char *s = text; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-')
            return "has a character that no name may have: use letters, digits, _ and -";
    if (strlen(text) >= SYSTEM_NAME_SIZE)
        return "is too long: write at most 23 characters";
    return NULL;
}
_Static_assert(SYSTEM_NAME_SIZE == 24, "name_fault and system.xsd say 23 characters");

static void read_name(const struct element *e, const char *attribute, char name[SYSTEM_NAME_SIZE])
{
    struct value value;
    const char *fault;

    if (!require(e, attribute, &value))
        return;
    fault = name_fault(value.text);
    if (fault)
        refuse(e, &value, fault);
    else
        memcpy(name, value.text, strlen(value.text));
}

static void read_image(const struct element *e, char image[SYSTEM_NAME_SIZE])
{
    struct value value;

    read_name(e, "image", image);
    if (get(e, "image", &value) && !strcmp(value.text, DESCRIPTION_MODULE))
        refuse(e, &value, "is the name of the description's own boot module: rename the image");
}

static void read_time(const struct element *e, const char *attribute, uint32_t min_us, uint32_t *us)
{
    struct value value;
    struct why why;

    if (require(e, attribute, &value))
        refuse_unless(units_time(value.text, min_us, MAJOR_FRAME_MAX_US, us, &why), e, &value,
                      &why);
}

static void read_size(const struct element *e, uint64_t max, uint64_t *size)
{
    struct value value;
    struct why why;

    if (require(e, "size", &value))
        refuse_unless(units_pages(value.text, max, size, &why), e, &value, &why);
}

static void read_address(const struct element *e, const struct value *value, uint32_t *address)
{
    struct why why;

    refuse_unless(units_page_address(value->text, address, &why), e, value, &why);
}

static void read_optional_address(const struct element *e, const char *attribute, uint32_t absent,
                                  uint32_t *address)
{
    struct value value;

    *address = absent;
    if (get(e, attribute, &value))
        read_address(e, &value, address);
}

static void read_optional_count(const struct element *e, const char *attribute, uint32_t min,
                                uint32_t max, uint32_t absent, uint32_t *count)
{
    struct value value;
    struct why why;

    *count = absent;
    if (get(e, attribute, &value))
        refuse_unless(units_count(value.text, min, max, count, &why), e, &value, &why);
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

static void read_flag(const struct element *e, const char *attribute, uint32_t flag,
                      uint32_t *flags)
{
    struct value value;

    if (!get(e, attribute, &value))
        return;
    if (!strcmp(value.text, "yes"))
        *flags |= flag;
    else if (strcmp(value.text, "no") != 0)
        refuse(e, &value, "is neither yes nor no: write yes or no");
}

static bool is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

/* The first child of that name at or behind node. */
static xmlNode *seek(xmlNode *node, const char *name)
{
    while (node && !is_element(node, name))
        node = node->next;
    return node;
}

static xmlNode *children_of(const xmlNode *node, const char *name)
{
    xmlNode *section = seek(node->children, name);

    return section ? section->children : NULL;
}

/* Where a repeated element goes, and how many of it there may be. */
struct quota {
    const char *name; /* of the element */
    const char *of;   /* what it is in */
    uint32_t max;
    const char *limit; /* what sets it, and where */
};

/* Steps through the children of a name. Says so, once, when there are too many. */
static xmlNode *next_child(xmlNode *node, const struct quota *quota, uint32_t count,
                           struct diag *diag)
{
    node = seek(node, quota->name);
    if (!node || count < quota->max)
        return node;
    diag_error(diag, xml_line(node), "more than %u <%s> in %s: remove some; the limit is %s",
               (unsigned)quota->max, quota->name, quota->of, quota->limit);
    return NULL;
}

static void parse_area(xmlNode *node, struct system_area *area, struct item *item,
                       struct diag *diag)
{
    struct element e = open_element(node, item, diag);
    uint64_t size = 0;

    read_name(&e, "name", area->name);
    read_size(&e, PHYSICAL_END - PAGE_BYTES, &size);
    area->size = (uint32_t)size;
    read_optional_address(&e, "physical", AREA_ANYWHERE, &area->physical);
    read_optional_address(&e, "virtual", AREA_UNMAPPED, &area->virtual);
    read_rights(&e, &area->rights);
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

static void parse_partition(xmlNode *node, struct system_partition *partition,
                            struct partition_source *source, struct diag *diag)
{
    static const struct quota areas = {"area", "a partition", SYSTEM_AREAS_MAX,
                                       "SYSTEM_AREAS_MAX in core/system.h"};
    static const struct quota ports = {"io-ports", "a partition", SYSTEM_PORT_RANGES_MAX,
                                       "SYSTEM_PORT_RANGES_MAX in core/system.h"};
    struct element e = open_element(node, &source->item, diag);
    uint32_t *n = &partition->area_count;

    read_name(&e, "name", partition->name);
    read_image(&e, partition->image);
    read_flag(&e, "console", PARTITION_CONSOLE, &partition->flags);
    read_optional_count(&e, "page-tables", 1, PAGE_TABLES_MAX, PAGE_TABLES_DEFAULT,
                        &partition->page_tables);
    read_optional_count(&e, "restarts", 0, UINT32_MAX, 0, &partition->restarts);
    for (xmlNode *c = node->children; (c = next_child(c, &areas, *n, diag)); c = c->next, ++*n)
        parse_area(c, &partition->areas[*n], &source->areas[*n], diag);
    n = &partition->port_range_count;
    for (xmlNode *c = node->children; (c = next_child(c, &ports, *n, diag)); c = c->next, ++*n)
        parse_port_range(c, &partition->port_ranges[*n], &source->port_ranges[*n], diag);
}

static bool find_partition(const struct system *system, const char *name, uint32_t *index)
{
    for (uint32_t p = 0; p < system->partition_count; p++) {
        if (strcmp(system->partitions[p].name, name) != 0)
            continue;
        *index = p;
        return true;
    }
    return false;
}

/* Is there an element for it, though it has been refused? Then enough has been said. */
static bool is_refused_partition(const xmlNode *slot, const char *name)
{
    const xmlNode *system = slot->parent->parent->parent;
    xmlNode *partition = children_of(system, "partitions");
    bool found = false;

    for (; !found && (partition = seek(partition, "partition")); partition = partition->next) {
        xmlChar *text = xmlGetNoNsProp(partition, BAD_CAST "name");

        found = text && !strcmp((const char *)text, name);
        xmlFree(text);
    }
    return found;
}

static void read_partition(const struct element *e, const struct system *system, uint32_t *index)
{
    struct value value;

    if (!require(e, "partition", &value))
        return;
    if (*value.text && find_partition(system, value.text, index))
        return;
    e->item->whole = false;
    if (!is_refused_partition(e->node, value.text))
        refuse(e, &value, "names no partition: write one of those under <partitions>");
}

static void read_kind(const struct element *e, uint32_t *kind)
{
    struct value value;

    if (!require(e, "kind", &value))
        return;
    if (!strcmp(value.text, "sampling"))
        *kind = CHANNEL_SAMPLING;
    else if (!strcmp(value.text, "queuing"))
        *kind = CHANNEL_QUEUING;
    else
        refuse(e, &value, "is unknown: write sampling or queuing");
}

static void parse_reader(xmlNode *node, const struct system *system, uint32_t *reader,
                         struct item *item, struct diag *diag)
{
    struct element e = open_element(node, item, diag);

    read_partition(&e, system, reader);
}

static void parse_channel(xmlNode *node, const struct system *system,
                          struct system_channel *channel, struct channel_source *source,
                          struct diag *diag)
{
    static const struct quota readers = {"reader", "a channel", SYSTEM_READERS_MAX,
                                         "SYSTEM_READERS_MAX in core/system.h"};
    struct element e = open_element(node, &source->item, diag);
    struct value value;
    struct why why;
    uint32_t *n = &channel->reader_count;

    read_name(&e, "name", channel->name);
    read_kind(&e, &channel->kind);
    read_partition(&e, system, &channel->writer);
    if (require(&e, "message-bytes", &value))
        refuse_unless(units_count(value.text, 1, SYSTEM_MESSAGE_MAX, &channel->message_size, &why),
                      &e, &value, &why);
    read_optional_count(&e, "depth", 1, SYSTEM_DEPTH_MAX, 1, &channel->depth);
    if (get(&e, "depth", &value) && channel->kind == CHANNEL_SAMPLING)
        refuse(&e, &value, "is for queuing channels: a sampling one holds one message; remove it");
    if (get(&e, "valid", &value)) {
        refuse_unless(units_time(value.text, 1, MAJOR_FRAME_MAX_US, &channel->valid_us, &why), &e,
                      &value, &why);
        if (channel->kind == CHANNEL_QUEUING)
            refuse(&e, &value, "is for sampling channels: a queue's messages stay; remove it");
    }
    for (xmlNode *c = node->children; (c = next_child(c, &readers, *n, diag)); c = c->next, ++*n)
        parse_reader(c, system, &channel->readers[*n], &source->readers[*n], diag);
}

static void parse_slot(xmlNode *node, const struct system *system, struct system_slot *slot,
                       struct item *item, struct diag *diag)
{
    struct element e = open_element(node, item, diag);

    read_partition(&e, system, &slot->partition);
    read_time(&e, "start", 0, &slot->start_us);
    read_time(&e, "duration", SLOT_MIN_US, &slot->duration_us);
}

static void parse_plan(xmlNode *node, const struct system *system, struct system_plan *plan,
                       struct plan_source *source, struct diag *diag)
{
    static const struct quota slots = {"slot", "a plan", SYSTEM_SLOTS_MAX,
                                       "SYSTEM_SLOTS_MAX in core/system.h"};
    struct element e = open_element(node, &source->item, diag);
    uint32_t *n = &plan->slot_count;

    read_name(&e, "name", plan->name);
    read_time(&e, "major-frame", MAJOR_FRAME_MIN_US, &plan->major_frame_us);
    for (xmlNode *c = node->children; (c = next_child(c, &slots, *n, diag)); c = c->next, ++*n)
        parse_slot(c, system, &plan->slots[*n], &source->slots[*n], diag);
}

static void parse_ram(xmlNode *node, struct ram_range *ram, struct diag *diag)
{
    struct element e = open_element(node, &ram->item, diag);
    struct value value;
    uint32_t base = 0;

    if (require(&e, "base", &value))
        read_address(&e, &value, &base);
    ram->base = base;
    read_size(&e, PHYSICAL_END, &ram->size);
}

void parse_system(xmlDoc *doc, struct description *d, struct diag *diag)
{
    static const struct quota rams = {"ram", "<memory>", RAM_RANGES_MAX,
                                      "RAM_RANGES_MAX in bhc/limits.h"};
    static const struct quota partitions = {"partition", "a system", SYSTEM_PARTITIONS_MAX,
                                            "SYSTEM_PARTITIONS_MAX in core/system.h"};
    static const struct quota plans = {"plan", "a system", SYSTEM_PLANS_MAX,
                                       "SYSTEM_PLANS_MAX in core/system.h"};
    static const struct quota channels = {"channel", "a system", SYSTEM_CHANNELS_MAX,
                                          "SYSTEM_CHANNELS_MAX in core/system.h"};
    struct system *system = &d->system;
    xmlNode *root = xmlDocGetRootElement(doc), *c;
    struct item item;
    struct element e = open_element(root, &item, diag);
    uint32_t *n = &d->ram_count;

    read_name(&e, "name", d->name);
    read_optional_count(&e, "frames", 1, UINT32_MAX, 0, &system->frames);
    for (c = children_of(root, "memory"); (c = next_child(c, &rams, *n, diag)); c = c->next, ++*n)
        parse_ram(c, &d->ram[*n], diag);
    n = &system->partition_count;
    for (c = children_of(root, "partitions"); (c = next_child(c, &partitions, *n, diag));
         c = c->next, ++*n)
        parse_partition(c, &system->partitions[*n], &d->partitions[*n], diag);
    n = &system->channel_count;
    for (c = children_of(root, "channels"); (c = next_child(c, &channels, *n, diag));
         c = c->next, ++*n)
        parse_channel(c, system, &system->channels[*n], &d->channels[*n], diag);
    n = &system->plan_count;
    for (c = children_of(root, "plans"); (c = next_child(c, &plans, *n, diag)); c = c->next, ++*n)
        parse_plan(c, system, &system->plans[*n], &d->plans[*n], diag);
}
