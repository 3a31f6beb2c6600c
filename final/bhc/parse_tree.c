/* bhc: stepping through the tree, and looking up what it names. */
#include "parse_values.h"

#include <string.h>

static bool is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

xmlNode *seek(xmlNode *node, const char *name)
{
    while (node && !is_element(node, name))
        node = node->next;
    return node;
}

xmlNode *children_of(const xmlNode *node, const char *name)
{
    xmlNode *section = seek(node->children, name);

    return section ? section->children : NULL;
}

xmlNode *next_child(xmlNode *node, const struct quota *quota, uint32_t count, struct diag *diag)
{
    node = seek(node, quota->name);
    if (!node || count < quota->max)
        return node;
    diag_error(diag, xml_line(node), "more than %u <%s> in %s: remove some; the limit is %s",
               (unsigned)quota->max, quota->name, quota->of, quota->limit);
    return NULL;
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
static bool is_refused_partition(const xmlNode *node, const char *name)
{
    xmlNode *partition = children_of(xmlDocGetRootElement(node->doc), "partitions");
    bool found = false;

    for (; !found && (partition = seek(partition, "partition")); partition = partition->next) {
        xmlChar *text = xmlGetNoNsProp(partition, BAD_CAST "name");

        found = text && !strcmp((const char *)text, name);
        xmlFree(text);
    }
    return found;
}

void read_partition(const struct element *e, const char *attribute, const struct system *system,
                    uint32_t *index)
{
    struct value value;

    if (!require(e, attribute, &value))
        return;
    if (*value.text && find_partition(system, value.text, index))
        return;
    e->item->whole = false;
    if (!is_refused_partition(e->node, value.text))
        refuse(e, &value, "names no partition: write one of those under <partitions>");
}
