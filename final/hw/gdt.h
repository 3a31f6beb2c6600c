/**
 * @file
 * hw: the global descriptor table (Intel SDM vol. 3A, 3.4.5 and 3.5.1).
 *
 * Segments cannot be turned off, so all of them are flat: base 0, limit 4 GiB. What is left of
 * segmentation is the privilege level in a selector's low two bits, and the task state segments.
 */
#ifndef HW_GDT_H
#define HW_GDT_H

/* Selectors: index * 8 + requested privilege level. The first four stand in the order that
 * sysenter and sysexit count on (Intel SDM vol. 2B, SYSEXIT). */
#define SELECTOR_NULL 0x00
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_CODE 0x1B
#define SELECTOR_USER_DATA 0x23
#define SELECTOR_TSS 0x28
#define SELECTOR_TSS_DOUBLE_FAULT 0x30
#define SELECTOR_TSS_NMI 0x38
#define SELECTOR_TSS_MACHINE_CHECK 0x40
#define SELECTOR_RING1_CODE 0x49 /**< for ch04's experiment only */
#define SELECTOR_RING1_DATA 0x51 /**< for ch04's experiment only */
#define SELECTOR_PRIVILEGE 0x03  /**< mask: the privilege level in a selector */
#define GDT_ENTRIES 11

/* Access byte. The accessed bit is set beforehand: the CPU then never writes to the table. */
#define SEGMENT_PRESENT 0x80
#define SEGMENT_DPL_SHIFT 5
#define SEGMENT_CODE 0x1B          /**< code, readable, accessed */
#define SEGMENT_DATA 0x13          /**< data, writable, accessed */
#define SEGMENT_TSS_AVAILABLE 0x09 /**< 32-bit task state segment, not busy */
#define SEGMENT_TSS_BUSY 0x0B

/* High half of the byte that also holds limit bits 19..16. */
#define SEGMENT_GRANULARITY 0x80 /**< the limit counts pages, not bytes */
#define SEGMENT_32BIT 0x40       /**< D/B: 32-bit code, or a stack that uses ESP */

#ifndef __ASSEMBLER__

#include "klib/types.h"

/** A segment descriptor (Intel SDM vol. 3A, figure 3-8). Its fields are scattered for the 286. */
struct segment_descriptor {
    uint16_t limit_low;
    uint16_t base_low;
    uint8_t base_middle;
    uint8_t access;
    uint8_t limit_high_flags;
    uint8_t base_high;
};
_Static_assert(sizeof(struct segment_descriptor) == 8, "Intel SDM vol. 3A, 3.4.5");

/** What lgdt and lidt load: a table's last valid byte offset and its linear address. */
struct table_register {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));
_Static_assert(sizeof(struct table_register) == 6, "Intel SDM vol. 3A, 2.4.1");

extern struct segment_descriptor gdt[GDT_ENTRIES];

/**
 * Loads our own table, with flat code and data segments for CPL 0 and CPL 3, and every segment
 * register from it. The loader's table may lie in memory that we are about to use.
 */
void gdt_init(void);

/**
 * Writes one descriptor.
 * @param selector  its privilege bits are ignored
 * @param base      linear address of the segment's first byte
 * @param limit     offset of its last byte; above 1 MiB the low 12 bits count as ones
 * @param access    SEGMENT_PRESENT and type bits, with the DPL in them
 */
void gdt_set(uint16_t selector, uint32_t base, uint32_t limit, uint8_t access);

#endif
#endif
