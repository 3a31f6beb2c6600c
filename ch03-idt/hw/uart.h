/**
 * @file
 * hw: the first serial port, a 16550 (PC16550D data sheet): our console.
 */
#ifndef HW_UART_H
#define HW_UART_H

#include "klib/types.h"

/**
 * Sets COM1 to 115 200 baud, 8 data bits, no parity, 1 stop bit, FIFOs on, no interrupts. On a
 * machine without COM1 nothing is sent from then on, and nobody waits.
 */
void uart_init(void);

/**
 * Sends one character, and a carriage return before a line feed. Waits for room, but not for ever:
 * a chip that is stuck loses the text, and we go on.
 */
void uart_put(char c);

/** @return whether uart_put() would not have to wait; true where there is no COM1. */
bool uart_ready(void);

/** Waits until the last bit has left the shift register. */
void uart_drain(void);

#endif
