/* bhc: <memory>: the board's RAM, and the blocks that partitions share. */
#include "parse_values.h"

#include "limits.h"

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

static void parse_shared(xmlNode *node, struct system_shared *shared, struct item *item,
                         struct diag *diag)
{
    struct element e = open_element(node, item, diag);
    uint64_t size = 0;

    read_name(&e, "name", shared->name);
    read_size(&e, PHYSICAL_END - PAGE_BYTES, &size);
    shared->size = (uint32_t)size;
    read_optional_address(&e, "physical", AREA_ANYWHERE, &shared->physical);
}

void parse_memory(xmlNode *root, struct description *d, struct diag *diag)
{
    static const struct quota rams = {"ram", "<memory>", RAM_RANGES_MAX,
                                      "RAM_RANGES_MAX in bhc/limits.h"};
    static const struct quota blocks = {"shared", "<memory>", SYSTEM_SHARED_MAX,
                                        "SYSTEM_SHARED_MAX in core/system.h"};
    xmlNode *first = children_of(root, "memory");
    uint32_t *n = &d->ram_count;

    for (xmlNode *c = first; (c = next_child(c, &rams, *n, diag)); c = c->next, ++*n)
        parse_ram(c, &d->ram[*n], diag);
    n = &d->system.shared_count;
    for (xmlNode *c = first; (c = next_child(c, &blocks, *n, diag)); c = c->next, ++*n)
        parse_shared(c, &d->system.shared[*n], &d->shared[*n], diag);
}
