/* bhc: <plans>: who runs when. */
#include "parse_values.h"

#include "limits.h"

static void parse_slot(xmlNode *node, const struct system *system, struct system_slot *slot,
                       struct item *item, struct diag *diag)
{
    struct element e = open_element(node, item, diag);

    read_partition(&e, "partition", system, &slot->partition);
    read_time(&e, "start", 0, &slot->start_us);
    read_time(&e, "duration", SLOT_MIN_US, &slot->duration_us);
}

static void parse_demand(xmlNode *node, const struct system *system, struct plan_source *source,
                         struct diag *diag)
{
    struct demand *demand = &source->demands[source->demand_count];
    struct element e = open_element(node, &demand->item, diag);
    struct value value;

    read_partition(&e, "partition", system, &demand->partition);
    read_time(&e, "period", SLOT_MIN_US, &demand->period_us);
    read_time(&e, "budget", SLOT_MIN_US, &demand->budget_us);
    if (!demand->item.whole)
        return;
    if (demand->budget_us > demand->period_us && get(&e, "budget", &value))
        refuse(&e, &value, "is longer than the period: shorten it, or lengthen the period");
    for (uint32_t i = 0; i < source->demand_count; i++)
        if (source->demands[i].item.whole && source->demands[i].partition == demand->partition &&
            get(&e, "partition", &value))
            refuse(&e, &value, "has a demand in this plan already: write one for both");
}

/* Without it, demands have the major frame that follows from them; slots have none. */
static void read_major_frame(const struct element *e, uint32_t demands, uint32_t *us)
{
    read_optional_time(e, "major-frame", MAJOR_FRAME_MIN_US, 0, us);
    if (demands || xmlHasNsProp(e->node, BAD_CAST "major-frame", NULL))
        return;
    diag_error(e->diag, e->item->line,
               "<plan> has no attribute major-frame: add major-frame=\"...\"");
    e->item->whole = false;
}

static void parse_plan(xmlNode *node, const struct system *system, struct system_plan *plan,
                       struct plan_source *source, struct diag *diag)
{
    static const struct quota slots = {"slot", "a plan", SYSTEM_SLOTS_MAX,
                                       "SYSTEM_SLOTS_MAX in core/system.h"};
    static const struct quota demands = {"demand", "a plan", SYSTEM_PARTITIONS_MAX,
                                         "SYSTEM_PARTITIONS_MAX in core/system.h"};
    struct element e = open_element(node, &source->item, diag);
    uint32_t *n = &plan->slot_count;

    read_name(&e, "name", plan->name);
    for (xmlNode *c = node->children; (c = next_child(c, &slots, *n, diag)); c = c->next, ++*n)
        parse_slot(c, system, &plan->slots[*n], &source->slots[*n], diag);
    n = &source->demand_count;
    for (xmlNode *c = node->children; (c = next_child(c, &demands, *n, diag)); c = c->next, ++*n)
        parse_demand(c, system, source, diag);
    read_major_frame(&e, source->demand_count, &plan->major_frame_us);
}

void parse_plans(xmlNode *root, struct description *d, struct diag *diag)
{
    static const struct quota plans = {"plan", "a system", SYSTEM_PLANS_MAX,
                                       "SYSTEM_PLANS_MAX in core/system.h"};
    uint32_t *n = &d->system.plan_count;

    for (xmlNode *c = children_of(root, "plans"); (c = next_child(c, &plans, *n, diag));
         c = c->next, ++*n)
        parse_plan(c, &d->system, &d->system.plans[*n], &d->plans[*n], diag);
}
