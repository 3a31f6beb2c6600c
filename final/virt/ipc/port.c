/* virt: ports. A partition's rights were decided by the description: it either is at that end of
 * the channel, or the port does not exist for it. */
#include "virt/ipc/port.h"

#include "core/clock.h"
#include "core/frame.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "klib/string.h"
#include "virt/ipc/channel.h"
#include "virt/vcpu/virq.h"

_Static_assert((int)BH_PORT_SAMPLING == (int)CHANNEL_SAMPLING &&
                   (int)BH_PORT_QUEUING == (int)CHANNEL_QUEUING,
               "one meaning");

struct channel channels[SYSTEM_CHANNELS_MAX];

static uint32_t count;

static bool is_reader(const struct channel *c, const struct partition *p)
{
    return c->readers & 1u << p->id;
}

static bool is_writer(const struct channel *c, const struct partition *p)
{
    return c->writer == &p->vcpu;
}

/* An end's name; where the description gives it none, it has the channel's. */
static bool end_is_called(const struct system_channel *config, const char *own, const char *name)
{
    return strcmp(*own ? own : config->name, name) == 0;
}

/* Is that the name by which the partition knows an end of the channel? A partition is at one end of
 * a channel at the most. */
static bool knows_as(const struct partition *p, const struct channel *c, const char *name)
{
    const struct system_channel *config = c->config;

    if (config->writer == p->id)
        return end_is_called(config, config->writer_port, name);
    for (uint32_t i = 0; i < config->reader_count; i++)
        if (config->readers[i] == p->id)
            return end_is_called(config, config->reader_ports[i], name);
    return false;
}

int32_t port_open(const struct partition *p, const char *name, struct bh_port *port)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct system_channel *config = channels[i].config;

        if (!knows_as(p, &channels[i], name))
            continue;
        *port = (struct bh_port){
            .number = i,
            .kind = config->kind | (config->writer == p->id ? BH_PORT_WRITER : 0),
            .message_size = config->message_size,
            .depth = config->depth,
            .valid_ns = (uint64_t)config->valid_us * NS_PER_US,
        };
        return BH_OK;
    }
    return BH_ENOENT;
}

static struct bh_port_status status_of(const struct channel *c, const struct message *m,
                                       uint32_t messages)
{
    uint64_t age = m ? tsc_read() - m->written : 0;

    return (struct bh_port_status){
        .age_ns = clock_from_ticks(age),
        .messages = messages,
        .valid = m && age <= c->valid,
    };
}

/* The writer's end tells of the writer alone: when it last wrote, and of a queue whether there is
 * room, which the next message would tell as well; not when or how far somebody has read. */
static struct bh_port_status writer_status(const struct channel *c)
{
    const struct message *behind = c->next_in == c->first ? c->end : c->next_in;
    const struct message *last = (const void *)((const char *)behind - c->stride);
    struct bh_port_status s = status_of(c, last->written ? last : NULL, c->held != 0);

    if (c->keeps)
        s.messages = c->held == c->room ? c->room : 0;
    return s;
}

int32_t port_status(const struct partition *p, uint32_t number, void __guest *status)
{
    const struct channel *c;
    struct bh_port_status s;

    if (number >= count)
        return BH_EINVAL;
    c = &channels[number];
    if (is_reader(c, p))
        s = status_of(c, c->held ? c->next_out : NULL, c->held);
    else if (is_writer(c, p))
        s = writer_status(c);
    else
        return BH_EINVAL;
    return guest_copy_out(status, &s, sizeof s) ? BH_OK : BH_EFAULT;
}

void port_reset(const struct partition *p)
{
    for (uint32_t i = 0; i < count; i++) {
        struct channel *c = &channels[i];

        if (!c->keeps || !is_reader(c, p))
            continue;
        c->held = 0;
        c->next_out = c->next_in;
    }
}

/* Nobody has ever written. */
static void forget(struct channel *c)
{
    for (char *m = (char *)c->first; m != (char *)c->end; m += c->stride)
        ((struct message *)m)->written = 0;
}

void port_reset_all(void)
{
    for (uint32_t i = 0; i < count; i++) {
        struct channel *c = &channels[i];

        c->held = 0;
        c->next_in = c->next_out = c->first;
        forget(c);
    }
}

void port_announce(struct partition *p)
{
    for (uint32_t i = 0; i < count; i++)
        if (channels[i].held && is_reader(&channels[i], p))
            virq_raise(&p->vcpu, BH_VIRQ_PORT);
}

/* The bytes of `depth` messages, in pages of their own. */
static void give_memory(struct channel *c, const struct system_channel *config)
{
    uint32_t bytes;

    c->stride = sizeof(struct message) + align_up(config->message_size, 8);
    bytes = config->depth * c->stride;
    c->first = paging_virtual(frame_alloc(align_up(bytes, PAGE_SIZE) / PAGE_SIZE));
    c->end = (struct message *)((char *)c->first + bytes);
    c->next_in = c->next_out = c->first;
}

static void create(struct channel *c, const struct system_channel *config)
{
    bool queuing = config->kind == CHANNEL_QUEUING;

    *c = (struct channel){
        .config = config,
        .writer = &partition_get(config->writer)->vcpu,
        .message_size = config->message_size,
        .room = queuing ? config->depth : 2,
        .keeps = queuing ? UINT32_MAX : 0,
        .valid = UINT64_MAX,
    };
    if (config->valid_us)
        c->valid = div64(config->valid_us * clock_tsc_hz(), 1000000, NULL);
    c->valid_short = c->valid >> 32 ? UINT32_MAX : (uint32_t)c->valid;
    for (uint32_t i = 0; i < config->reader_count; i++) {
        c->readers |= 1u << config->readers[i];
        c->reader[i] = &partition_get(config->readers[i])->vcpu;
    }
    give_memory(c, config);
    forget(c);
}

void port_init(const struct system *system)
{
    count = system->channel_count;
    for (uint32_t i = 0; i < SYSTEM_CHANNELS_MAX; i++)
        channels[i] = (struct channel){.writer = NULL};
    for (uint32_t i = 0; i < count; i++)
        create(&channels[i], &system->channels[i]);
}
