/**
 * @file
 * virt: the end of a run.
 */
#ifndef VIRT_CONTROL_REPORT_H
#define VIRT_CONTROL_REPORT_H

#include "klib/types.h"

/**
 * Ends the run: prints what waits and the plan against what was measured, and powers off.
 * @param well  whether all is well, if the partitions' results say so too
 */
void run_end(bool well) __attribute__((noreturn));

#endif
