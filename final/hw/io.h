/**
 * @file
 * hw: x86 I/O ports, a second address space of 65 536 bytes that only `in` and `out` reach
 * (Intel SDM vol. 1, ch. 19).
 */
#ifndef HW_IO_H
#define HW_IO_H

#include "klib/types.h"

static inline uint8_t io_in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline void io_out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

#endif
