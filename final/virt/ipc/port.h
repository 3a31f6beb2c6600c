/**
 * @file
 * virt: channels between partitions, and the ports at their ends (ARINC 653 part 1, 2.3.5 and 3.6).
 *
 * Messages are copied: into the channel when they are written, out of it when they are read. So no
 * partition ever sees another one's memory, and either end may be reset in the middle of anything.
 */
#ifndef VIRT_IPC_PORT_H
#define VIRT_IPC_PORT_H

#include "api/bulkhead.h"
#include "virt/memory/guest_access.h"
#include "virt/partition.h"

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

/** The hypercalls: see api/bulkhead.h. Messages are written and read in virt/ipc/message.h. */
int32_t port_open(const struct partition *p, const char *name, struct bh_port *port);

/** @return BH_OK, BH_EINVAL or BH_EFAULT */
int32_t port_status(const struct partition *p, uint32_t number, void __guest *status);

#endif
