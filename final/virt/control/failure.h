/**
 * @file
 * virt: what becomes of the hypervisor's own failure, and of the machine's: the system's table says
 * whether the machine is halted or reset.
 */
#ifndef VIRT_CONTROL_FAILURE_H
#define VIRT_CONTROL_FAILURE_H

/** Listens to panics and machine checks. Call after health_init(). */
void failure_init(void);

#endif
