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

/* One end of a channel. */
struct end {
    const char *port;
    unsigned line;
};

/* @return the end at which a partition is; port NULL: at neither */
static struct end end_of(const struct description *d, uint32_t channel, uint32_t partition)
{
    const struct system_channel *c = &d->system.channels[channel];
    const struct channel_source *source = &d->channels[channel];

    if (source->item.whole && c->writer == partition)
        return (struct end){c->writer_port, source->item.line};
    for (uint32_t r = 0; r < c->reader_count; r++)
        if (source->readers[r].whole && c->readers[r] == partition)
            return (struct end){c->reader_ports[r], source->readers[r].line};
    return (struct end){NULL, 0};
}

/* A partition opens its ports by name. */
static void check_port_names(const struct description *d, uint32_t partition, struct diag *diag)
{
    for (uint32_t j = 0; j < d->system.channel_count; j++)
        for (uint32_t i = 0; i < j; i++) {
            struct end a = end_of(d, i, partition), b = end_of(d, j, partition);

            if (a.port && b.port && !strcmp(a.port, b.port) &&
                strcmp(d->system.channels[i].name, d->system.channels[j].name) != 0)
                diag_error(diag, b.line,
                           "%s has a port %s already (line %u): give this one another name with "
                           "port=",
                           d->system.partitions[partition].name, b.port, a.line);
        }
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
    for (uint32_t p = 0; p < d->system.partition_count; p++)
        check_port_names(d, p, diag);
}
