/* The keyboard controller raises interrupts on request, in every PC and in both emulators: whoever
 * writes a byte to its output buffer finds it there as if a device had sent it. A byte of the
 * keyboard's raises line 1, one of the mouse's line 12, until it is read. */
#ifndef I8042_H
#define I8042_H

#include "lib/guest.h"

enum {
    DATA = 0x60,
    COMMAND = 0x64, /* read: status */

    STATUS_OUTPUT = 0x01, /* a byte can be read */
    STATUS_INPUT = 0x02,  /* the last byte written is still to be taken */
    WRITE_CONFIGURATION = 0x60,
    ENABLE_MOUSE = 0xA8,
    FROM_KEYBOARD = 0xD2,
    FROM_MOUSE = 0xD3,
    BOTH_INTERRUPTS = 0x03, /* configuration: interrupts of both, both enabled */

    KEYBOARD = 1, /* their lines */
    MOUSE = 12,
};

static inline void out(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint8_t in(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline void controller(uint8_t command, uint8_t value)
{
    while (STATUS_INPUT & in(COMMAND))
        ;
    out(COMMAND, command);
    while (STATUS_INPUT & in(COMMAND))
        ;
    out(DATA, value);
}

static inline void start_controller(void)
{
    while (STATUS_OUTPUT & in(COMMAND))
        (void)in(DATA);
    out(COMMAND, ENABLE_MOUSE);
    controller(WRITE_CONFIGURATION, BOTH_INTERRUPTS);
    while (STATUS_OUTPUT & in(COMMAND))
        (void)in(DATA);
}

/* Raises a line. The byte takes its time in Bochs: wait for it. */
static inline void raise_line(uint32_t line)
{
    controller(line == MOUSE ? FROM_MOUSE : FROM_KEYBOARD, 0x5A);
    while (!(STATUS_OUTPUT & in(COMMAND)))
        ;
}

static inline void lower_line(void)
{
    (void)in(DATA);
}

#endif
