/**
 * @file
 * hw: the 8259s' lines as a set: which of a partition's may come now, and which are level-triggered
 * (the edge/level control registers of every chipset since the EISA and PCI buses).
 */
#ifndef HW_PIC_LINES_H
#define HW_PIC_LINES_H

#include "klib/types.h"

enum {
    PIC_LINES_FIXED = 1 << 0 | 1 << 2 | 1 << 13, /**< timer, cascade, FPU: nobody's to give away */
    PIC_LINES_EDGE = PIC_LINES_FIXED | 1 << 1 | 1 << 8, /**< those that cannot be level-triggered */
    PIC_ELCR_1 = 0x4D0, /**< edge/level control register, a bit a line; 1: level */
    PIC_ELCR_2 = 0x4D1,
};

/** Of these lines (bit n: IRQ n), lets those through that are in `open` as well, and no other. */
void pic_set_lines(uint32_t lines, uint32_t open);

/** Makes these lines level-triggered if they are in `level` as well, else edge-triggered. */
void pic_set_trigger(uint32_t lines, uint32_t level);

#endif
