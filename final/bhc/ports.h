/**
 * @file
 * bhc: I/O ports that mean something to the hypervisor.
 */
#ifndef BHC_PORTS_H
#define BHC_PORTS_H

#include "core/system.h"

struct port_owner {
    uint32_t first, last; /**< both inclusive */
    const char *what;     /**< NULL ends a table */
};

/** Ports that no partition may have. */
extern const struct port_owner hypervisor_ports[];

/** @return whether a range has a port between first and last, both inclusive */
bool ports_overlap(const struct system_port_range *range, uint32_t first, uint32_t last);

#endif
