/* bhc: the tables of the health monitor: actions that can be done, for events that can come. */
#include "check.h"
#include "words.h"

#include "core/health_table.h"

/* "suspend, halt or cold-reset": what may be done about an event. */
static const char *allowed_words(uint32_t event, char *text, size_t size)
{
    uint32_t last = 0;
    size_t length = 0;

    for (uint32_t i = 0; i < HEALTH_ACTIONS; i++)
        if (health_action_allowed(event, i))
            last = i;
    for (uint32_t i = 0; i <= last && length < size; i++)
        if (health_action_allowed(event, i))
            length += (size_t)snprintf(text + length, size - length, "%s%s",
                                       length == 0 ? ""
                                       : i == last ? " or "
                                                   : ", ",
                                       action_words[i]);
    return text;
}

static void check_entry(uint32_t event, uint32_t action, bool of_system, unsigned line,
                        struct diag *diag)
{
    char words[200];

    if (health_event_of_partition(event) == of_system)
        diag_error(diag, line, "%s is %s: move this to %s", event_words[event],
                   of_system ? "an event of a partition" : "an event of the hypervisor",
                   of_system ? "the <health> of each partition that it is for"
                             : "the <health> of the system, in front of <plans>");
    else if (!health_action_allowed(event, action))
        diag_error(diag, line, "the action %s makes no sense for the event %s: write %s",
                   action_words[action], event_words[event],
                   allowed_words(event, words, sizeof words));
}

static void check_table(const struct health_source *source, const uint8_t *actions, bool of_system,
                        struct diag *diag)
{
    for (uint32_t i = 0; i < source->count; i++)
        if (source->entries[i].whole)
            check_entry(source->events[i], actions[source->events[i]], of_system,
                        source->entries[i].line, diag);
}

void check_health(const struct description *d, struct diag *diag)
{
    check_table(&d->health, d->system.actions, true, diag);
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        check_table(&d->partitions[p].health, d->system.partitions[p].actions, false, diag);
}
