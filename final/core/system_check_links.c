/* core: checks of what a system description lets partitions do to one another: channels, signals,
 * and the health monitor's tables. */
#include "core/system_checks.h"

#include "api/bulkhead.h"
#include "core/health_table.h"
#include "klib/string.h"

static bool channel_has_reader(const struct system_channel *c, uint32_t partition, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (c->readers[i] == partition)
            return true;
    return false;
}

static const char *check_ends(const struct system *system, const struct system_channel *c)
{
    if (c->writer >= system->partition_count)
        return "a channel's writer is no partition";
    if (!system_name_ok(c->writer_port))
        return "a port's name is empty or does not end";
    for (uint32_t i = 0; i < c->reader_count; i++) {
        if (c->readers[i] >= system->partition_count || c->readers[i] == c->writer ||
            channel_has_reader(c, c->readers[i], i))
            return "a channel's reader is no partition, or at two of its ends";
        if (!system_name_ok(c->reader_ports[i]))
            return "a port's name is empty or does not end";
    }
    return NULL;
}

static const char *check_channel(const struct system *system, const struct system_channel *c)
{
    if (!system_name_ok(c->name))
        return "a channel's name is empty or does not end";
    if (c->kind != CHANNEL_SAMPLING && c->kind != CHANNEL_QUEUING)
        return "a channel is of an unknown kind";
    if (c->message_size == 0 || c->message_size > SYSTEM_MESSAGE_MAX)
        return "a channel's messages are empty or too long";
    if (c->depth == 0 || c->depth > (c->kind == CHANNEL_QUEUING ? SYSTEM_DEPTH_MAX : 1))
        return "a channel holds no message, or too many";
    if (c->reader_count == 0 ||
        c->reader_count > (c->kind == CHANNEL_QUEUING ? 1 : SYSTEM_READERS_MAX))
        return "a channel has no reader, or too many";
    return check_ends(system, c);
}

/* The name that a partition has for its end of a channel; NULL: it is at neither. */
static const char *port_of(const struct system_channel *c, uint32_t partition)
{
    if (c->writer == partition)
        return c->writer_port;
    for (uint32_t i = 0; i < c->reader_count; i++)
        if (c->readers[i] == partition)
            return c->reader_ports[i];
    return NULL;
}

/* A partition is at one end of a channel at the most, so each pair of channels is one comparison
 * for each partition. */
static const char *check_port_names(const struct system *system, uint32_t partition)
{
    for (uint32_t i = 0; i < system->channel_count; i++)
        for (uint32_t j = 0; j < i; j++) {
            const char *a = port_of(&system->channels[i], partition);
            const char *b = port_of(&system->channels[j], partition);

            if (a && b && strcmp(a, b) == 0)
                return "two ports of a partition have the same name";
        }
    return NULL;
}

const char *system_check_channels(const struct system *system)
{
    const char *error = NULL;

    if (system->channel_count > SYSTEM_CHANNELS_MAX)
        return "it has too many channels";
    for (uint32_t i = 0; !error && i < system->channel_count; i++)
        error = check_channel(system, &system->channels[i]);
    for (uint32_t i = 0; !error && i < system->partition_count; i++)
        error = check_port_names(system, i);
    return error;
}

static const char *check_signal(const struct system *system, uint32_t i)
{
    const struct system_signal *s = &system->signals[i];

    if (!system_name_ok(s->name))
        return "a signal's name is empty or does not end";
    if (s->from >= system->partition_count || s->to >= system->partition_count || s->from == s->to)
        return "a signal's end is no partition, or both are the same";
    if (s->virq < BH_VIRQ_SIGNAL || s->virq >= BH_VIRQ_LINE)
        return "a signal raises a virtual interrupt that is not one for signals";
    for (uint32_t j = 0; j < i; j++)
        if (system->signals[j].from == s->from && strcmp(system->signals[j].name, s->name) == 0)
            return "two signals of a partition have the same name";
    return NULL;
}

const char *system_check_signals(const struct system *system)
{
    const char *error = NULL;

    if (system->signal_count > SYSTEM_SIGNALS_MAX)
        return "it has too many signals";
    for (uint32_t i = 0; !error && i < system->signal_count; i++)
        error = check_signal(system, i);
    return error;
}

/* A table says something about the events of its level alone. */
static const char *check_actions(const uint8_t *actions, bool of_partition)
{
    for (uint32_t i = 0; i < SYSTEM_HEALTH_EVENTS; i++) {
        if (!health_action_allowed(i, actions[i]))
            return "a health table has an action that is unknown, or makes no sense for its event";
        if (actions[i] != HEALTH_USUAL && health_event_of_partition(i) != of_partition)
            return "a health table has an event that belongs into another table";
    }
    return NULL;
}

const char *system_check_health(const struct system *system)
{
    const char *error = check_actions(system->actions, false);

    if (!error && system->health_plan >= system->plan_count)
        error = "a health table switches to no plan";
    for (uint32_t i = 0; !error && i < system->partition_count; i++) {
        error = check_actions(system->partitions[i].actions, true);
        if (!error && system->partitions[i].health_plan >= system->plan_count)
            error = "a health table switches to no plan";
    }
    return error;
}
