/**
 * @file
 * virt: channels between partitions, and the ports at their ends (ARINC 653 part 1, 2.3.5 and 3.6).
 *
 * Messages are copied: into the channel when they are written, out of it when they are read. So no
 * partition ever sees another one's memory, and either end may be reset in the middle of anything.
 */
#ifndef VIRT_PORT_H
#define VIRT_PORT_H

#include "api/bulkhead.h"
#include "virt/guest_access.h"
#include "virt/partition.h"

/** A message in its channel. Its bytes follow. */
struct message {
    uint64_t written; /**< when: a value of the TSC, which costs less than a time */
    uint32_t bytes;
    uint32_t reserved;
};

/** A channel. Its indices run freely: head - tail messages can be read. */
struct channel {
    const struct system_channel *config;
    struct message *messages; /**< config->depth of them, stride bytes apart */
    uint32_t stride;
    uint32_t head, tail;        /**< messages written, and read or replaced */
    uint32_t next_in, next_out; /**< where those two are, below config->depth */
    uint64_t valid; /**< how long a message is valid, in ticks of the TSC; or for ever */
};

/** Makes the channels of a system. Call after partition_init(). */
void port_init(const struct system *system);

/**
 * A partition begins a start: the messages that wait for it in queues were another life's. What it
 * has written itself stays; a sample grows old until the partition writes the next.
 */
void port_reset(const struct partition *p);

/** The whole system begins anew: all channels are empty. */
void port_reset_all(void);

/** A partition has started: raises BH_VIRQ_PORT if a message came meanwhile. */
void port_announce(struct partition *p);

/** The hypercalls: see api/bulkhead.h. @return BH_OK, a number of bytes, or an error */
int32_t port_open(const struct partition *p, const char *name, struct bh_port *port);

/**
 * Writes a message, and raises BH_VIRQ_PORT at each reader.
 * @return BH_OK; BH_EINVAL: not a port of this partition that writes; BH_ESIZE: empty or too long;
 *         BH_EFAULT; BH_EFULL: a queue without room
 */
int32_t port_write(const struct partition *p, uint32_t number, const void __guest *message,
                   uint32_t bytes);

/**
 * Reads a sampling port's message, or takes the oldest out of a queue.
 * @param size  of the buffer; at least the port's message size
 * @return bytes; BH_EINVAL: not a port of this partition that reads; BH_ESIZE; BH_EFAULT; BH_EEMPTY
 */
int32_t port_read(const struct partition *p, uint32_t number, void __guest *buffer, uint32_t size,
                  void __guest *status);

/** @return BH_OK, BH_EINVAL or BH_EFAULT */
int32_t port_status(const struct partition *p, uint32_t number, void __guest *status);

#endif
