/* bhc: tree to description. The sections are read in an order in which each name is known before it
 * is used: a health table names plans, a plan names partitions, a partition names shared blocks. */
#include "parse.h"

#include "parse_values.h"
#include "words.h"

void parse_system(xmlDoc *doc, struct description *d, struct diag *diag)
{
    xmlNode *root = xmlDocGetRootElement(doc);
    struct item item;
    struct element e = open_element(root, &item, diag);

    read_name(&e, "name", d->name);
    read_optional_count(&e, "frames", 1, UINT32_MAX, 0, &d->system.frames);
    read_words(&e, "trace", trace_words, &d->system.trace_mask);
    parse_memory(root, d, diag);
    parse_partitions(root, d, diag);
    parse_channels(root, d, diag);
    parse_signals(root, d, diag);
    parse_plans(root, d, diag);
    parse_health(root, d, diag);
}
