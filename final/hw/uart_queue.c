/* hw: queued output. The queue's indices run freely and are masked at use: full is a difference of
 * QUEUE_SIZE, empty one of 0. */
#include "hw/uart_queue.h"

#include "hw/terminal.h"
#include "hw/uart.h"

enum { QUEUE_SIZE = 16384 /* a power of two */ };

static char queue[QUEUE_SIZE];
static uint32_t head, tail; /* next to write, next to send */
static uint32_t lost;

void uart_queue_put(char c)
{
    if (head - tail == QUEUE_SIZE)
        lost++;
    else
        queue[head++ % QUEUE_SIZE] = c;
}

bool uart_queue_pump(void)
{
    if (head == tail)
        return false;
    if (uart_ready())
        terminal_write(queue[tail++ % QUEUE_SIZE]);
    return true;
}

void uart_queue_flush(void)
{
    const char *note = "\n(console: text was lost, the queue was full)\n";

    while (head != tail)
        terminal_put(queue[tail++ % QUEUE_SIZE]);
    while (lost && *note)
        terminal_put(*note++);
    lost = 0;
}
