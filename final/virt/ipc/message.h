/**
 * @file
 * virt: writing and reading a message: the hot path of ports, from the hypercall to the reader's
 * interrupt, top to bottom. It is in a header so that the hypercall's handler is all of it.
 */
#ifndef VIRT_IPC_MESSAGE_H
#define VIRT_IPC_MESSAGE_H

#include "api/bulkhead.h"
#include "core/clock.h"
#include "hw/tsc.h"
#include "virt/ipc/channel.h"
#include "virt/memory/guest_range.h"
#include "virt/vcpu/virq.h"

/* The channel of a number that is in range. The compiler would rather work the address out at each
 * use than keep it: it is not told where it comes from. */
static inline struct channel *message_channel(uint32_t number)
{
    struct channel *c = &channels[number];

    __asm__("" : "+r"(c));
    return c;
}

/* clock_from_ticks(), in half as many instructions. @param age  at most clock_scale.short_ticks */
static inline uint32_t message_young_ns(uint32_t age)
{
    uint64_t product = mul_wide(age, clock_scale.factor);

    return (uint32_t)(shift_left64(product, clock_scale.shift) >> 32);
}

static inline struct message *message_after(const struct channel *c, struct message *m)
{
    struct message *next = (struct message *)((char *)m + c->stride);

    return next == c->end ? c->first : next;
}

/**
 * Writes a message, and raises BH_VIRQ_PORT at each reader.
 * @return BH_OK; BH_EINVAL: not a port of this partition that writes; BH_ESIZE: empty or too long;
 *         BH_EFAULT; BH_EFULL: a queue without room
 */
static inline int32_t message_write(const struct vcpu *v, uint32_t number, const void __guest *text,
                                    uint32_t bytes)
{
    struct channel *c;
    struct message *m;

    if (number >= SYSTEM_CHANNELS_MAX)
        return BH_EINVAL;
    c = message_channel(number);
    if (c->writer != v)
        return BH_EINVAL;
    if (bytes - 1 >= c->message_size)
        return BH_ESIZE;
    if (c->held == c->room)
        return BH_EFULL;
    if (!guest_may_read(v, text, bytes)) /* before a byte is copied: a sample is written over */
        return BH_EFAULT;
    m = c->next_in;
    guest_move(m + 1, guest_checked(text), bytes);
    m->bytes = bytes;
    m->written = tsc_read();
    c->next_in = message_after(c, m);
    c->held = (c->held & c->keeps) + 1;
    for (struct vcpu **reader = c->reader; *reader; reader++)
        virq_raise_at_other(*reader, BH_VIRQ_PORT); /* nobody reads what he writes */
    return BH_OK;
}

/**
 * Reads a sampling port's message, or takes the oldest out of a queue.
 * @param size  of the buffer; at least the port's message size
 * @return bytes; BH_EINVAL: not a port of this partition that reads; BH_ESIZE; BH_EFAULT; BH_EEMPTY
 */
static inline int32_t message_read(const struct vcpu *v, uint32_t number, void __guest *buffer,
                                   uint32_t size, void __guest *status)
{
    struct channel *c;
    struct bh_port_status *s = guest_checked(status);
    struct message *m;
    uint64_t age;

    if (number >= SYSTEM_CHANNELS_MAX)
        return BH_EINVAL;
    c = message_channel(number);
    if (!(c->readers & v->partition_bit))
        return BH_EINVAL;
    if (size < c->message_size)
        return BH_ESIZE;
    if (!c->held)
        return BH_EEMPTY;
    m = c->next_out;
    if (!guest_may_write(v, status, sizeof *s) || !guest_may_write(v, buffer, m->bytes))
        return BH_EFAULT;
    guest_move(guest_checked(buffer), m + 1, m->bytes);
    age = tsc_read() - m->written;
    if (c->keeps) { /* a sample stays, for others and for later */
        c->held--;
        c->next_out = message_after(c, m);
    }
    s->messages = c->held;
    if ((uint32_t)(age >> 32) || (uint32_t)age > clock_scale.short_ticks) {
        s->valid = age <= c->valid;
        s->age_ns = clock_from_ticks(age);
        return (int32_t)m->bytes;
    }
    s->valid = (uint32_t)age <= c->valid_short;
    s->age_ns = message_young_ns((uint32_t)age);
    return (int32_t)m->bytes;
}

#endif
