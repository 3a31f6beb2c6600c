/* bhc: legal but odd, of what partitions share, send, and have done to them. */
#include "check.h"
#include "measure.h"
#include "units.h"
#include "words.h"

#include "core/health_table.h"

#include <inttypes.h>

/* Who uses a shared block, and whether anybody may write to it. */
static void warn_of_block(const struct description *d, uint32_t block, struct diag *diag)
{
    uint32_t users = 0, writers = 0;

    for (uint32_t p = 0; p < d->system.partition_count; p++) {
        bool uses = false, writes = false;

        for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++) {
            const struct system_area *area = &d->system.partitions[p].areas[a];
            bool here = area->kind == AREA_SHARED && area->shared == block;

            uses |= here;
            writes |= here && area->rights & AREA_WRITE;
        }
        users += uses;
        writers += writes;
    }
    if (users < 2)
        diag_warning(diag, d->shared[block].line,
                     "%s has an area in shared block %s: give it to several, or use a plain area",
                     users ? "only one partition" : "nobody", d->system.shared[block].name);
    else if (!writers)
        diag_warning(diag, d->shared[block].line,
                     "nobody may write to shared block %s, which is empty at the start: give one "
                     "of its areas rights=\"rw\"",
                     d->system.shared[block].name);
}

static void warn_of_devices(const struct description *d, struct diag *diag)
{
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        for (uint32_t a = 0; a < d->system.partitions[p].area_count; a++)
            if (d->system.partitions[p].areas[a].kind == AREA_DEVICE &&
                d->system.partitions[p].areas[a].cache != AREA_UNCACHED)
                diag_warning(diag, d->partitions[p].areas[a].line,
                             "device %s is cached: what is read may be old, and what is written "
                             "may come late; remove cache=, unless it is plain memory",
                             d->system.partitions[p].areas[a].name);
}

static bool has_action(const uint8_t *actions, uint32_t action)
{
    for (uint32_t i = 0; i < SYSTEM_HEALTH_EVENTS; i++)
        if (actions[i] == action)
            return true;
    return false;
}

static void warn_of_plan(const struct health_source *source, const uint8_t *actions,
                         struct diag *diag)
{
    bool switches = has_action(actions, HEALTH_SWITCH_PLAN);

    if (switches && !source->names_plan)
        diag_warning(diag, source->item.line,
                     "switch-plan switches to the first plan: add plan=, also if that is meant");
    if (!switches && source->names_plan)
        diag_warning(diag, source->item.line,
                     "plan= is for the action switch-plan, which no event here has: remove it");
}

/* Is there a system partition beside this one? */
static bool has_keeper(const struct system *system, uint32_t partition)
{
    for (uint32_t p = 0; p < system->partition_count; p++)
        if (p != partition && system->partitions[p].flags & PARTITION_SYSTEM)
            return true;
    return false;
}

static void warn_of_actions(const struct description *d, uint32_t p, struct diag *diag)
{
    const struct system_partition *partition = &d->system.partitions[p];
    unsigned line = d->partitions[p].health.item.line;

    warn_of_plan(&d->partitions[p].health, partition->actions, diag);
    if (has_action(partition->actions, HEALTH_SUSPEND) && !has_keeper(&d->system, p))
        diag_warning(diag, line,
                     "%s may be suspended, and there is no other system partition to resume it: "
                     "write halt, or system=\"yes\" for one",
                     partition->name);
    if (partition->restarts == 0 && (has_action(partition->actions, HEALTH_WARM_RESET) ||
                                     has_action(partition->actions, HEALTH_COLD_RESET)))
        diag_warning(diag, line,
                     "%s has no restarts, so a reset halts it: write restarts= on line %u, or halt",
                     partition->name, d->partitions[p].item.line);
}

static void warn_of_signals(const struct description *d, struct diag *diag)
{
    for (uint32_t b = 0; b < d->system.signal_count; b++)
        for (uint32_t a = 0; a < b; a++)
            if (d->system.signals[a].to == d->system.signals[b].to &&
                d->system.signals[a].virq == d->system.signals[b].virq)
                diag_warning(diag, d->signals[b].line,
                             "%s cannot tell signal %s from %s (line %u): give one another virq=",
                             d->system.partitions[d->system.signals[b].to].name,
                             d->system.signals[b].name, d->system.signals[a].name,
                             d->signals[a].line);
}

/* A message that is too old before its writer can have written another one. */
static void warn_of_validity(const struct description *d, struct diag *diag)
{
    for (uint32_t i = 0; i < d->system.channel_count; i++) {
        const struct system_channel *c = &d->system.channels[i];
        struct supply writer = plan_supply(&d->system.plans[0], c->writer);

        if (c->valid_us && writer.slots && c->valid_us < writer.longest_wait_us)
            diag_warning(diag, d->channels[i].item.line,
                         "messages of %s are valid for %s, and its writer has no slot for %s: they "
                         "are too old before there is a new one; lengthen valid=, or add slots",
                         c->name, time_word(c->valid_us).s, time_word(writer.longest_wait_us).s);
    }
}

/* Somebody for the background, and no time for it. */
static void warn_of_background(const struct description *d, struct diag *diag)
{
    bool idle = false;

    for (uint32_t i = 0; i < d->system.plan_count; i++)
        idle |= plan_busy_us(&d->system.plans[i]) < d->system.plans[i].major_frame_us;
    for (uint32_t p = 0; !idle && p < d->system.partition_count; p++)
        if (d->system.partitions[p].background)
            diag_warning(diag, d->partitions[p].item.line,
                         "%s waits in the background, and the slots leave no time for it: shorten "
                         "slots, or remove background=",
                         d->system.partitions[p].name);
}

void check_odd_services(const struct description *d, struct diag *diag)
{
    for (uint32_t i = 0; i < d->system.shared_count; i++)
        warn_of_block(d, i, diag);
    warn_of_devices(d, diag);
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        warn_of_actions(d, p, diag);
    warn_of_plan(&d->health, d->system.actions, diag);
    warn_of_signals(d, diag);
    warn_of_validity(d, diag);
    warn_of_background(d, diag);
}
