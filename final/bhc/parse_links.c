/* bhc: <channels> and <signals>: what goes from one partition to another. */
#include "parse_values.h"

#include "limits.h"
#include "words.h"

#include "api/bulkhead.h"

static void parse_reader(xmlNode *node, const struct system *system, struct system_channel *channel,
                         struct item *item, struct diag *diag)
{
    struct element e = open_element(node, item, diag);

    read_partition(&e, "partition", system, &channel->readers[channel->reader_count]);
    read_optional_name(&e, "port", channel->name, channel->reader_ports[channel->reader_count]);
}

/* What only one of the kinds has. */
static void read_kind(const struct element *e, struct system_channel *channel)
{
    struct value value;

    e->item->whole &= read_choice(e, "kind", channel_words, &channel->kind);
    read_optional_count(e, "depth", 1, SYSTEM_DEPTH_MAX, 1, &channel->depth);
    if (get(e, "depth", &value) && channel->kind == CHANNEL_SAMPLING)
        refuse(e, &value, "is for queuing channels: a sampling one holds one message; remove it");
    read_optional_time(e, "valid", 1, 0, &channel->valid_us);
    if (get(e, "valid", &value) && channel->kind == CHANNEL_QUEUING)
        refuse(e, &value, "is for sampling channels: a queue's messages stay; remove it");
}

static void parse_channel(xmlNode *node, const struct system *system,
                          struct system_channel *channel, struct channel_source *source,
                          struct diag *diag)
{
    static const struct quota readers = {"reader", "a channel", SYSTEM_READERS_MAX,
                                         "SYSTEM_READERS_MAX in core/system.h"};
    struct element e = open_element(node, &source->item, diag);
    uint32_t *n = &channel->reader_count;

    read_name(&e, "name", channel->name);
    read_kind(&e, channel);
    read_partition(&e, "partition", system, &channel->writer);
    read_optional_name(&e, "port", channel->name, channel->writer_port);
    read_count(&e, "message-bytes", 1, SYSTEM_MESSAGE_MAX, &channel->message_size);
    for (xmlNode *c = node->children; (c = next_child(c, &readers, *n, diag)); c = c->next, ++*n)
        parse_reader(c, system, channel, &source->readers[*n], diag);
}

void parse_channels(xmlNode *root, struct description *d, struct diag *diag)
{
    static const struct quota channels = {"channel", "a system", SYSTEM_CHANNELS_MAX,
                                          "SYSTEM_CHANNELS_MAX in core/system.h"};
    uint32_t *n = &d->system.channel_count;

    for (xmlNode *c = children_of(root, "channels"); (c = next_child(c, &channels, *n, diag));
         c = c->next, ++*n)
        parse_channel(c, &d->system, &d->system.channels[*n], &d->channels[*n], diag);
}

static void parse_signal(xmlNode *node, const struct system *system, struct system_signal *signal,
                         struct item *item, struct diag *diag)
{
    struct element e = open_element(node, item, diag);

    read_name(&e, "name", signal->name);
    read_partition(&e, "from", system, &signal->from);
    read_partition(&e, "to", system, &signal->to);
    read_count(&e, "virq", BH_VIRQ_SIGNAL, BH_VIRQ_LINE - 1, &signal->virq);
}

_Static_assert(BH_VIRQ_LINE - BH_VIRQ_SIGNAL == 8, "system.xsd and bhc.1 say 8 to 15");

void parse_signals(xmlNode *root, struct description *d, struct diag *diag)
{
    static const struct quota signals = {"signal", "a system", SYSTEM_SIGNALS_MAX,
                                         "SYSTEM_SIGNALS_MAX in core/system.h"};
    uint32_t *n = &d->system.signal_count;

    for (xmlNode *c = children_of(root, "signals"); (c = next_child(c, &signals, *n, diag));
         c = c->next, ++*n)
        parse_signal(c, &d->system, &d->system.signals[*n], &d->signals[*n], diag);
}
