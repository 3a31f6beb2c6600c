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

void parse_plans(xmlNode *root, struct description *d, struct diag *diag)
{
    static const struct quota plans = {"plan", "a system", SYSTEM_PLANS_MAX,
                                       "SYSTEM_PLANS_MAX in core/system.h"};
    uint32_t *n = &d->system.plan_count;

    for (xmlNode *c = children_of(root, "plans"); (c = next_child(c, &plans, *n, diag));
         c = c->next, ++*n)
        parse_plan(c, &d->system, &d->system.plans[*n], &d->plans[*n], diag);
}
