/**
 * @file
 * hw: the TSS of the next partition, in six instructions: its descriptor into the GDT, which also
 * makes it "available" again, and `ltr`. Nothing is copied of the 8 KiB of its I/O bitmap.
 */
#ifndef HW_TSS_SWITCH_H
#define HW_TSS_SWITCH_H

#include "hw/gdt.h"

/** As tss_load(), where a call would cost as much again. */
static inline void tss_switch(const struct segment_descriptor *descriptor)
{
    gdt[SELECTOR_TSS / 8] = *descriptor;
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TSS) : "memory");
}

#endif
