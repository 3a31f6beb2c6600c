/**
 * @file
 * virt: channels as both virt/ipc/port.c and virt/ipc/message.h know them: all that a message needs
 * to know lies here, worked out from the description before the first one.
 */
#ifndef VIRT_IPC_CHANNEL_H
#define VIRT_IPC_CHANNEL_H

#include "virt/partition.h"

/** A message in its channel. Its bytes follow. */
struct message {
    uint64_t written; /**< when: a value of the TSC, which costs less than a time; 0: never */
    uint32_t bytes;
    uint32_t reserved;
};

/** A channel. */
struct channel {
    const struct vcpu *writer; /**< NULL: there is no such channel */
    uint32_t readers;          /**< bit n: partition n reads */
    uint32_t message_size;     /**< bytes of the longest */
    uint32_t held;             /**< messages that can be read */
    uint32_t room;             /**< no more than so many; a sample is replaced, so more than one */
    uint32_t keeps;            /**< all ones in a queue, where messages stay until read; else 0 */
    uint32_t stride;           /**< bytes from one message to the next */
    struct message *next_in, *next_out, *first, *end;
    uint64_t valid;       /**< how long a message is valid, in ticks of the TSC; or for ever */
    uint32_t valid_short; /**< the same, or the longest that fits */
    struct vcpu *reader[SYSTEM_READERS_MAX + 1]; /**< a NULL behind the last */
    bool used;                                   /**< there was a message */
    const struct system_channel *config;
};

extern struct channel channels[SYSTEM_CHANNELS_MAX];

#endif
