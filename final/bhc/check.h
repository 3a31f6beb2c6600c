/**
 * @file
 * bhc: meaning: do the values of a description fit one another, and the hypervisor's walls
 * (limits.h)? Items that are not whole are passed over.
 */
#ifndef BHC_CHECK_H
#define BHC_CHECK_H

#include "description.h"
#include "diag.h"
#include "measure.h"

void check_names(const struct description *d, struct diag *diag);
void check_shared(const struct description *d, struct diag *diag);
void check_memory(const struct description *d, struct diag *diag);
/** A place in RAM, of an area or of a shared block. @param what  "area x" */
void check_ram_place(const struct description *d, const char *what, struct span span, unsigned line,
                     struct diag *diag);
void check_ports(const struct description *d, struct diag *diag);
void check_channels(const struct description *d, struct diag *diag);
void check_signals(const struct description *d, struct diag *diag);
void check_lines(const struct description *d, struct diag *diag);
void check_health(const struct description *d, struct diag *diag);
void check_plans(const struct description *d, struct diag *diag);

/** Warns of what is legal but odd. For a description that has no error. */
void check_oddities(const struct description *d, struct diag *diag);
void check_odd_services(const struct description *d, struct diag *diag);

#endif
