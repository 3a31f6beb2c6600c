/**
 * @file
 * virt: hypercalls, the partitions' one way to ask for something (api/bulkhead.h).
 */
#ifndef VIRT_CALL_HYPERCALL_H
#define VIRT_CALL_HYPERCALL_H

/** Opens the hypercall vector to partitions (DPL 3). Call after idt_init(). */
void hypercall_init(void);

#endif
