/**
 * @file
 * hw: task state segments (Intel SDM vol. 3A, 7.2.1 and vol. 1, 19.5.2).
 *
 * Nobody switches tasks in hardware any more. The TSS survives for three things: the stack that the
 * CPU takes when a trap comes from an outer ring, the I/O permission bitmap, and a clean machine
 * state for the few handlers behind task gates.
 */
#ifndef HW_TSS_H
#define HW_TSS_H

#include "hw/gdt.h"
#include "klib/types.h"

enum {
    TSS_PORTS = 65536, /**< I/O ports, a bit each in the bitmap */
};

/** A 32-bit TSS; the 16-bit fields have unused halves (Intel SDM vol. 3A, figure 7-2). */
struct tss {
    uint32_t back_link; /**< selector of the interrupted task's TSS */
    uint32_t esp0, ss0, esp1, ss1, esp2, ss2;
    uint32_t cr3; /**< loaded by a task switch, never saved by one (Intel SDM vol. 3A, 7.2.1) */
    uint32_t eip, eflags;
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs;
    uint32_t ldt;
    uint16_t trap;
    uint16_t io_bitmap_offset; /**< from the TSS's start; at or behind the limit: no ports at all */
};
_Static_assert(sizeof(struct tss) == 104, "Intel SDM vol. 3A, figure 7-2");

/** A TSS with a bit for each I/O port: set means forbidden. The CPU reads two bytes at a time, so
 * a last byte of ones follows (Intel SDM vol. 1, 19.5.2). */
struct tss_with_ports {
    struct tss tss;
    uint8_t bitmap[TSS_PORTS / 8];
    uint8_t end;
} __attribute__((packed, aligned(4)));

/** @return a TSS's descriptor, not busy. @param limit  its size in bytes, less one */
struct segment_descriptor tss_descriptor(const struct tss *tss, uint32_t limit);

/** Makes a TSS the current one: puts its descriptor into the GDT and loads the task register. */
void tss_load(const struct segment_descriptor *descriptor);

/** Starts a TSS that forbids all ports. */
void tss_with_ports_init(struct tss_with_ports *t);

/** Allows the ports first to last, both inclusive. */
void tss_allow_ports(struct tss_with_ports *t, uint16_t first, uint16_t last);

/** Loads the hypervisor's own TSS, and puts the double fault behind a task gate. */
void tss_init(void);

#endif
