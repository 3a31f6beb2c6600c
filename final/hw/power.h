/**
 * @file
 * hw: ending a run, with a status that the host can see.
 */
#ifndef HW_POWER_H
#define HW_POWER_H

#include "klib/types.h"

/**
 * Prints the last line and turns the machine off: QEMU through its debug-exit device (exit status
 * 33 for success, 35 for failure), Bochs through its shutdown port, and a real PC by stopping.
 * @param success  whether the run did what it was for
 */
void power_off(bool success) __attribute__((noreturn));

#endif
