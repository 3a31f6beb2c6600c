/**
 * @file
 * hw: hypercalls' own ways through entry.S: the stubs call the handler themselves.
 */
#ifndef HW_HYPERCALL_ENTRY_H
#define HW_HYPERCALL_ENTRY_H

#include "hw/guest_entry.h"

/** The one vector with a way of its own: api/ calls it BH_HYPERCALL_VECTOR. */
#define HYPERCALL_VECTOR 0x82
/** What a frame has for a vector when the hypercall came by `sysenter`. */
#define SYSENTER_VECTOR 0x100

/* Offsets into struct entry_state and struct trap_frame, for entry.S. */
#define ENTRY_FRAME 512
#define FRAME_GS 0
#define FRAME_FS 4
#define FRAME_ES 8
#define FRAME_DS 12
#define FRAME_EDI 16
#define FRAME_EBX 32
#define FRAME_EAX 44
#define FRAME_EIP 56
#define FRAME_CS 60
/* And from the frame into the struct hypercall_entry that lies behind the struct entry_state. */
#define FRAME_CALLS 80
#define FRAME_SYSENTER_RETURN 84
/* Into struct cpu: the current vCPU; and from there to the end of its frame. */
#define CPU_CURRENT 4
#define VCPU_FRAME_END 588

#ifndef __ASSEMBLER__

_Static_assert(offsetof(struct entry_state, frame) == ENTRY_FRAME, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, gs) == FRAME_GS, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, fs) == FRAME_FS, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, es) == FRAME_ES, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, ds) == FRAME_DS, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, edi) == FRAME_EDI, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, ebx) == FRAME_EBX, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, eax) == FRAME_EAX, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, eip) == FRAME_EIP, "entry.S counts on it");
_Static_assert(offsetof(struct trap_frame, cs) == FRAME_CS, "entry.S counts on it");

_Static_assert(offsetof(struct entry_state, stack) == VCPU_FRAME_END, "entry.S counts on it");

struct vcpu;

/** What the stubs want to know of a vCPU; it lies behind its struct entry_state. */
struct hypercall_entry {
    uint32_t count;           /**< how many hypercalls there are; 0: all go to hypercall_other() */
    uint32_t sysenter_return; /**< where the partition goes on behind its `sysenter` */
};
_Static_assert(sizeof(struct entry_state) - ENTRY_FRAME + offsetof(struct hypercall_entry, count) ==
                   FRAME_CALLS,
               "entry.S counts on it");
_Static_assert(sizeof(struct entry_state) - ENTRY_FRAME +
                       offsetof(struct hypercall_entry, sysenter_return) ==
                   FRAME_SYSENTER_RETURN,
               "entry.S counts on it");

/**
 * Handles a hypercall (virt/call/hypercall.c).
 * @param v  the caller
 * @param f  its frame, with the arguments: the hypervisor's own copy, nobody changes it meanwhile.
 *           One that changes the frame has to be refused when it came by `sysenter`, or to leave
 *           something pending: else only EIP and EAX of it are looked at.
 * @return the result for EAX
 */
typedef int32_t hypercall_handler(struct vcpu *v, const struct trap_frame *f);

/** By number. */
extern hypercall_handler *const hypercall_table[];

/** Handles a number that is not below the vCPU's count. */
int32_t hypercall_other(struct vcpu *v, const struct trap_frame *f);

/** Does what is pending (virt/call/resume.c). @return the frame to return to, as of guest_trap() */
struct trap_frame *guest_resume(void);

#endif
#endif
