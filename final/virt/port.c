/* virt: ports. A partition's rights were decided by the description: it either is at that end of
 * the channel, or the port does not exist for it. */
#include "virt/port.h"

#include "core/clock.h"
#include "core/frame.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "klib/string.h"
#include "virt/virq.h"

_Static_assert((int)BH_PORT_SAMPLING == (int)CHANNEL_SAMPLING &&
                   (int)BH_PORT_QUEUING == (int)CHANNEL_QUEUING,
               "one meaning");

static struct channel channels[SYSTEM_CHANNELS_MAX];
static uint32_t count;

static bool is_reader(const struct channel *c, const struct partition *p)
{
    for (uint32_t i = 0; i < c->config->reader_count; i++)
        if (c->config->readers[i] == p->id)
            return true;
    return false;
}

/* The channel behind a port number, if the partition is at that end of it. */
static struct channel *channel_to_write(const struct partition *p, uint32_t number)
{
    return number < count && channels[number].config->writer == p->id ? &channels[number] : NULL;
}

static struct channel *channel_to_read(const struct partition *p, uint32_t number)
{
    return number < count && is_reader(&channels[number], p) ? &channels[number] : NULL;
}

static struct message *message_at(const struct channel *c, uint32_t index)
{
    return (struct message *)((char *)c->messages + index * c->stride);
}

static uint32_t after(const struct channel *c, uint32_t index)
{
    return index + 1 < c->config->depth ? index + 1 : 0;
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

/* Where the next message goes; NULL when a queue is full. A sampling channel has room for one, and
 * writes over it. */
static struct message *room(struct channel *c)
{
    if (c->config->kind == CHANNEL_QUEUING && c->head - c->tail == c->config->depth)
        return NULL;
    return message_at(c, c->next_in);
}

static void raise_at_readers(const struct channel *c)
{
    for (uint32_t i = 0; i < c->config->reader_count; i++)
        virq_raise(&partition_get(c->config->readers[i])->vcpu, BH_VIRQ_PORT);
}

int32_t port_write(const struct partition *p, uint32_t number, const void __guest *message,
                   uint32_t bytes)
{
    struct channel *c = channel_to_write(p, number);
    struct message *m;

    if (!c)
        return BH_EINVAL;
    if (bytes == 0 || bytes > c->config->message_size)
        return BH_ESIZE;
    m = room(c);
    if (!m)
        return BH_EFULL;
    if (!guest_copy_in(m + 1, message, bytes)) /* checked before a byte is copied */
        return BH_EFAULT;
    m->bytes = bytes;
    m->written = tsc_read();
    if (c->config->kind == CHANNEL_SAMPLING)
        c->tail = c->head; /* what was there is replaced */
    c->head++;
    c->next_in = after(c, c->next_in);
    raise_at_readers(c);
    return BH_OK;
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

int32_t port_read(const struct partition *p, uint32_t number, void __guest *buffer, uint32_t size,
                  void __guest *status)
{
    struct channel *c = channel_to_read(p, number);
    uint32_t taken;
    struct bh_port_status s;
    const struct message *m;

    if (!c)
        return BH_EINVAL;
    if (size < c->config->message_size)
        return BH_ESIZE;
    if (c->head == c->tail)
        return BH_EEMPTY;
    m = message_at(c, c->next_out);
    taken = c->config->kind == CHANNEL_QUEUING; /* a sample stays, for others and for later */
    s = status_of(c, m, c->head - c->tail - taken);
    if (!guest_writable(status, sizeof s) || !guest_copy_out(buffer, m + 1, m->bytes))
        return BH_EFAULT;
    guest_copy_out(status, &s, sizeof s);
    if (taken) {
        c->tail++;
        c->next_out = after(c, c->next_out);
    }
    return (int32_t)m->bytes;
}

/* The writer's end tells of the writer alone: when it last wrote, and of a queue whether there is
 * room, which the next message would tell as well; not when or how far somebody has read. */
static struct bh_port_status writer_status(const struct channel *c)
{
    const struct message *last = message_at(c, c->next_in ? c->next_in - 1 : c->config->depth - 1);
    struct bh_port_status s = status_of(c, c->head ? last : NULL, c->head != c->tail);

    if (c->config->kind == CHANNEL_QUEUING)
        s.messages = c->head - c->tail == c->config->depth ? c->config->depth : 0;
    return s;
}

int32_t port_status(const struct partition *p, uint32_t number, void __guest *status)
{
    struct channel *c = channel_to_read(p, number);
    struct bh_port_status s;

    if (c)
        s = status_of(c, c->head == c->tail ? NULL : message_at(c, c->next_out), c->head - c->tail);
    else if ((c = channel_to_write(p, number)))
        s = writer_status(c);
    else
        return BH_EINVAL;
    return guest_copy_out(status, &s, sizeof s) ? BH_OK : BH_EFAULT;
}

void port_reset(const struct partition *p)
{
    for (uint32_t i = 0; i < count; i++) {
        struct channel *c = &channels[i];

        if (c->config->kind != CHANNEL_QUEUING || !is_reader(c, p))
            continue;
        c->tail = c->head;
        c->next_out = c->next_in;
    }
}

void port_reset_all(void)
{
    for (uint32_t i = 0; i < count; i++) {
        struct channel *c = &channels[i];

        c->head = c->tail = c->next_in = c->next_out = 0; /* nobody has ever written */
    }
}

void port_announce(struct partition *p)
{
    for (uint32_t i = 0; i < count; i++)
        if (channels[i].head != channels[i].tail && is_reader(&channels[i], p))
            virq_raise(&p->vcpu, BH_VIRQ_PORT);
}

static void create(struct channel *c, const struct system_channel *config)
{
    c->config = config;
    c->valid =
        config->valid_us ? div64(config->valid_us * clock_tsc_hz(), 1000000, NULL) : UINT64_MAX;
    c->stride = sizeof(struct message) + align_up(config->message_size, 8);
    c->messages =
        paging_virtual(frame_alloc(align_up(config->depth * c->stride, PAGE_SIZE) / PAGE_SIZE));
}

void port_init(const struct system *system)
{
    for (uint32_t i = 0; i < system->channel_count; i++)
        create(&channels[i], &system->channels[i]);
    count = system->channel_count;
}
