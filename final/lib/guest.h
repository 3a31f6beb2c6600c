/**
 * @file
 * lib: what a partition's C code starts from.
 */
#ifndef LIB_GUEST_H
#define LIB_GUEST_H

#include "klib/printf.h"
#include "klib/string.h"
#include "klib/types.h"
#include "lib/hypercall.h"

/**
 * A partition's code. printf() leads to the partition's console.
 * @param starts  how often it was started before
 * @return 0 or more when all is well
 */
int main(uint32_t starts);

/** Where the image's read-only part begins, and its data behind that, on a page of its own. */
extern char image_text[], image_data[];

/** Sends what printf() has collected of an unfinished line. */
void guest_flush(void);

/** First C function of a partition, called by start.S. */
void guest_start(uint32_t starts) __attribute__((noreturn));

/** Where the hypervisor enters the partition for a trap (start.S), and what that calls. */
void trap_entry(void);
void trap_dispatch(struct bh_trap *trap);

/** The same for traps out of virtual user mode. */
void user_trap_entry(void);
void user_trap_dispatch(struct bh_user_trap *trap);

#endif
