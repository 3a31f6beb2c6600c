/* bhc: channels. Each partition is at one of a channel's ends at the most. */
#include "check.h"

#include <string.h>

static void check_reader(const struct description *d, uint32_t channel, uint32_t reader,
                         struct diag *diag)
{
    const struct system_channel *c = &d->system.channels[channel];
    const struct channel_source *source = &d->channels[channel];
    unsigned line = source->readers[reader].line;
    const char *name = d->system.partitions[c->readers[reader]].name;

    if (source->item.whole && c->readers[reader] == c->writer)
        diag_error(diag, line, "%s would read what it writes itself: name another partition", name);
    for (uint32_t r = 0; r < reader; r++)
        if (source->readers[r].whole && c->readers[r] == c->readers[reader])
            diag_error(diag, line, "%s is a reader of %s on line %u already: remove one", name,
                       c->name, source->readers[r].line);
}

void check_channels(const struct description *d, struct diag *diag)
{
    for (uint32_t i = 0; i < d->system.channel_count; i++) {
        const struct system_channel *c = &d->system.channels[i];

        if (d->channels[i].item.whole && c->kind == CHANNEL_QUEUING && c->reader_count > 1)
            diag_error(diag, d->channels[i].readers[1].line,
                       "a queuing channel has one reader, who takes the messages out: remove this "
                       "one, or make a channel of its own for it");
        for (uint32_t r = 0; r < c->reader_count; r++)
            if (d->channels[i].readers[r].whole)
                check_reader(d, i, r, diag);
    }
}
