/**
 * @file
 * lib: hypercalls of partition control and the health monitor, as C functions. Those with (S) are
 * for system partitions; others get BH_EPERM.
 */
#ifndef LIB_CONTROL_H
#define LIB_CONTROL_H

#include "lib/hypercall.h"

/** @param partition  BH_SELF, or (S) a number from 0 up. @return BH_OK or an error */
static inline int32_t bh_partition_status(uint32_t partition, struct bh_partition_status *status)
{
    return bh_hypercall(BH_PARTITION_STATUS, partition, (uint32_t)status, 0, 0, 0);
}

/** Sets the own mode. Does not return from a start or from idle. @return BH_OK or an error */
static inline int32_t bh_partition_mode(enum bh_mode mode)
{
    return bh_hypercall(BH_PARTITION_MODE, mode, 0, 0, 0, 0);
}

/** @param partition  BH_SELF: does not return; or (S) another */
static inline int32_t bh_partition_reset(uint32_t partition, enum bh_reset how)
{
    return bh_hypercall(BH_PARTITION_RESET, partition, how, 0, 0, 0);
}

/** @param partition  BH_SELF: returns when it is resumed; or (S) another */
static inline int32_t bh_partition_suspend(uint32_t partition)
{
    return bh_hypercall(BH_PARTITION_SUSPEND, partition, 0, 0, 0, 0);
}

/** (S) */
static inline int32_t bh_partition_resume(uint32_t partition)
{
    return bh_hypercall(BH_PARTITION_RESUME, partition, 0, 0, 0, 0);
}

/** @param partition  BH_SELF or (S) another @param result  negative: the run has failed */
static inline int32_t bh_partition_halt(uint32_t partition, int32_t result)
{
    return bh_hypercall(BH_PARTITION_HALT, partition, (uint32_t)result, 0, 0, 0);
}

/** (S) */
static inline int32_t bh_system_status(struct bh_system_status *status)
{
    return bh_hypercall(BH_SYSTEM_STATUS, (uint32_t)status, 0, 0, 0, 0);
}

/** (S) */
static inline int32_t bh_system_reset(void)
{
    return bh_hypercall(BH_SYSTEM_RESET, 0, 0, 0, 0, 0);
}

/** (S) @param result  negative: the run has failed */
static inline int32_t bh_system_halt(int32_t result)
{
    return bh_hypercall(BH_SYSTEM_HALT, (uint32_t)result, 0, 0, 0, 0);
}

/** @param event  BH_HEALTH_APPLICATION or BH_HEALTH_DEADLINE @param code  goes into the record */
static inline int32_t bh_health_raise(enum bh_health_event event, int32_t code)
{
    return bh_hypercall(BH_HEALTH_RAISE, event, (uint32_t)code, 0, 0, 0);
}

/** (S) Takes the oldest record out of the log. @return BH_OK, BH_EEMPTY or an error */
static inline int32_t bh_health_read(struct bh_health_record *record,
                                     struct bh_health_status *status)
{
    return bh_hypercall(BH_HEALTH_READ, (uint32_t)record, (uint32_t)status, 0, 0, 0);
}

/** (S) */
static inline int32_t bh_health_status(struct bh_health_status *status)
{
    return bh_hypercall(BH_HEALTH_STATUS, (uint32_t)status, 0, 0, 0, 0);
}

/** @return a word for a number out of a status or a record, or "?" */
const char *bh_state_name(uint32_t state);
const char *bh_mode_name(uint32_t mode);
const char *bh_reason_name(uint32_t reason);
const char *bh_event_name(uint32_t event);
const char *bh_action_name(uint32_t action);

#endif
