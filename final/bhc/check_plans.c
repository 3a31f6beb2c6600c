/* bhc: plans. Slots stand in the order of time, one behind the other, inside the major frame. That
 * the order of the file is the order of time is asked for, not made by sorting: a plan is read much
 * more often than written, and a slot in the wrong line is more likely a wrong number. */
#include "check.h"
#include "units.h"

static uint32_t slot_end(const struct system_slot *slot)
{
    return slot->start_us + slot->duration_us;
}

static void check_after(const struct system_slot *before, unsigned before_line,
                        const struct system_slot *slot, unsigned line, struct diag *diag)
{
    if (slot->start_us < before->start_us)
        diag_error(diag, line,
                   "the slot starts at %s, earlier than the one before it (line %u): list the "
                   "slots in the order of time",
                   time_word(slot->start_us).s, before_line);
    else if (slot->start_us < slot_end(before))
        diag_error(diag, line,
                   "the slot starts at %s, and the one before it (line %u) ends at %s: they "
                   "overlap; start this one at %s or later",
                   time_word(slot->start_us).s, before_line, time_word(slot_end(before)).s,
                   time_word(slot_end(before)).s);
}

static void check_plan(const struct system_plan *plan, const struct plan_source *source,
                       struct diag *diag)
{
    const struct system_slot *before = NULL;
    unsigned before_line = 0;

    for (uint32_t s = 0; s < plan->slot_count; s++) {
        const struct system_slot *slot = &plan->slots[s];
        const struct item *item = &source->slots[s];

        if (!item->whole)
            continue;
        if (plan->major_frame_us && slot_end(slot) > plan->major_frame_us)
            diag_error(diag, item->line,
                       "the slot ends at %s, past the major frame of %s: shorten it, or lengthen "
                       "major-frame= on line %u",
                       time_word(slot_end(slot)).s, time_word(plan->major_frame_us).s,
                       source->item.line);
        if (before)
            check_after(before, before_line, slot, item->line, diag);
        before = slot;
        before_line = item->line;
    }
}

void check_plans(const struct description *d, struct diag *diag)
{
    for (uint32_t p = 0; p < d->system.plan_count; p++)
        check_plan(&d->system.plans[p], &d->plans[p], diag);
}
