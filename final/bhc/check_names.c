/* bhc: no two things that are looked up by name may have the same one. */
#include "check.h"

#include <string.h>

/* A name that is empty could not be read, and has been reported. */
static bool same(const char *a, const char *b)
{
    return *a && !strcmp(a, b);
}

static void report(struct diag *diag, const char *kind, const char *name, unsigned first,
                   unsigned again)
{
    diag_error(diag, again, "the %s name %s is taken on line %u: give this one another name", kind,
               name, first);
}

static void check_areas(const struct system_partition *partition,
                        const struct partition_source *source, struct diag *diag)
{
    for (uint32_t b = 0; b < partition->area_count; b++)
        for (uint32_t a = 0; a < b; a++)
            if (same(partition->areas[a].name, partition->areas[b].name))
                report(diag, "area", partition->areas[b].name, source->areas[a].line,
                       source->areas[b].line);
}

void check_names(const struct description *d, struct diag *diag)
{
    const struct system *system = &d->system;

    for (uint32_t b = 0; b < system->partition_count; b++) {
        check_areas(&system->partitions[b], &d->partitions[b], diag);
        for (uint32_t a = 0; a < b; a++)
            if (same(system->partitions[a].name, system->partitions[b].name))
                report(diag, "partition", system->partitions[b].name, d->partitions[a].item.line,
                       d->partitions[b].item.line);
    }
    for (uint32_t b = 0; b < system->channel_count; b++)
        for (uint32_t a = 0; a < b; a++)
            if (same(system->channels[a].name, system->channels[b].name))
                report(diag, "channel", system->channels[b].name, d->channels[a].item.line,
                       d->channels[b].item.line);
    for (uint32_t b = 0; b < system->shared_count; b++)
        for (uint32_t a = 0; a < b; a++)
            if (same(system->shared[a].name, system->shared[b].name))
                report(diag, "shared block", system->shared[b].name, d->shared[a].line,
                       d->shared[b].line);
    for (uint32_t b = 0; b < system->signal_count; b++)
        for (uint32_t a = 0; a < b; a++)
            if (same(system->signals[a].name, system->signals[b].name))
                report(diag, "signal", system->signals[b].name, d->signals[a].line,
                       d->signals[b].line);
    for (uint32_t b = 0; b < system->plan_count; b++)
        for (uint32_t a = 0; a < b; a++)
            if (same(system->plans[a].name, system->plans[b].name))
                report(diag, "plan", system->plans[b].name, d->plans[a].item.line,
                       d->plans[b].item.line);
}
