/* Somebody wants DR6 in the frame as well, and pushes it last. entry.S is not told. */
#include "hw/guest_entry.h"

struct frame_with_dr6 {
    uint32_t dr6;
    struct trap_frame rest;
};
_Static_assert(offsetof(struct frame_with_dr6, rest.cs) == ENTRY_CS, "entry.S counts on it");
