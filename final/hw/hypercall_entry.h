/**
 * @file
 * hw: hypercalls' own way through entry.S: the stub calls the handler itself.
 */
#ifndef HW_HYPERCALL_ENTRY_H
#define HW_HYPERCALL_ENTRY_H

#include "hw/guest_entry.h"

/** The one vector with a way of its own: api/ calls it BH_HYPERCALL_VECTOR. */
#define HYPERCALL_VECTOR 0x82

/* Offsets into struct entry_state and struct trap_frame, for entry.S. */
#define ENTRY_FRAME 512
#define FRAME_EAX 44

#ifndef __ASSEMBLER__

_Static_assert(offsetof(struct entry_state, frame) == ENTRY_FRAME, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, eax) == FRAME_EAX, "entry.S counts on it");

struct vcpu;

/**
 * Handles a hypercall (virt/hypercall.c).
 * @param v  the caller
 * @param f  its frame, with the arguments: the hypervisor's own copy, nobody changes it meanwhile
 * @return the result for EAX
 */
typedef int32_t hypercall_handler(struct vcpu *v, const struct trap_frame *f);

/** By number, so many of them, and what every other number gets. */
extern hypercall_handler *const hypercall_table[];
extern const uint32_t hypercall_count;
extern const int32_t hypercall_unknown;

/** Does what is pending (virt/sched.c). @return the frame to return to, as of guest_trap() */
struct trap_frame *guest_resume(void);

#endif
#endif
