/* bhc: <health>: what the health monitor does about which event. */
#include "parse_values.h"

#include "words.h"

#include <string.h>

static bool find_plan(const struct system *system, const char *name, uint32_t *index)
{
    for (uint32_t i = 0; i < system->plan_count; i++) {
        if (strcmp(system->plans[i].name, name) != 0)
            continue;
        *index = i;
        return true;
    }
    return false;
}

/* One table. */
struct table {
    uint8_t *actions;
    uint32_t *plan;
    struct health_source *source;
};

static void parse_on(xmlNode *node, const struct table *table, struct diag *diag)
{
    struct health_source *source = table->source;
    struct element e = open_element(node, &source->entries[source->count], diag);
    uint32_t event = 0, action = 0;
    struct value value;
    bool known = read_choice(&e, "event", event_words, &event);

    e.item->whole &= known & read_choice(&e, "action", action_words, &action);
    if (!e.item->whole)
        return;
    for (uint32_t i = 0; i < source->count; i++)
        if (source->entries[i].whole && source->events[i] == event && get(&e, "event", &value))
            refuse(&e, &value, "has an action already, further up: remove one of the two");
    source->events[source->count] = event;
    table->actions[event] = (uint8_t)action;
}

static void parse_table(xmlNode *health, const struct system *system, const struct table *table,
                        struct diag *diag)
{
    static const struct quota events = {"on", "<health>", SYSTEM_HEALTH_EVENTS,
                                        "SYSTEM_HEALTH_EVENTS in core/system.h"};
    struct element e = open_element(health, &table->source->item, diag);
    struct value plan;
    uint32_t *n = &table->source->count;

    if (get(&e, "plan", &plan)) {
        table->source->names_plan = true;
        if (!find_plan(system, plan.text, table->plan))
            refuse(&e, &plan, "names no plan: write one of those under <plans>");
    }
    for (xmlNode *c = health->children; (c = next_child(c, &events, *n, diag)); c = c->next, ++*n)
        parse_on(c, table, diag);
}

/* The partitions' tables: partition i of the description is the i-th element. */
static void parse_partitions_tables(xmlNode *root, struct description *d, struct diag *diag)
{
    xmlNode *partition = children_of(root, "partitions");

    for (uint32_t i = 0; i < d->system.partition_count; i++, partition = partition->next) {
        struct system_partition *p = &d->system.partitions[i];
        struct table table = {p->actions, &p->health_plan, &d->partitions[i].health};
        xmlNode *health;

        partition = seek(partition, "partition");
        health = seek(partition->children, "health");
        if (health)
            parse_table(health, &d->system, &table, diag);
    }
}

void parse_health(xmlNode *root, struct description *d, struct diag *diag)
{
    struct table table = {d->system.actions, &d->system.health_plan, &d->health};
    xmlNode *health = seek(root->children, "health");

    if (health)
        parse_table(health, &d->system, &table, diag);
    parse_partitions_tables(root, d, diag);
}
