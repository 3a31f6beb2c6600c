/**
 * @file
 * hw: a queue in front of the serial port.
 *
 * At 115 200 baud a character takes 87 us. Waiting for that with interrupts off would make other
 * partitions late, so text is queued, and leaves when nobody needs the CPU.
 */
#ifndef HW_UART_QUEUE_H
#define HW_UART_QUEUE_H

#include "klib/types.h"

/** Appends a character. Never waits: when the queue is full the character is lost and counted. */
void uart_queue_put(char c);

/**
 * Sends one character, if there is one and the port has room for it.
 * @return false when the queue is empty
 */
bool uart_queue_pump(void);

/** Sends all there is, waiting for the port, and says how much was lost. */
void uart_queue_flush(void);

#endif
