/* hw: the way out. The last line is what Bochs' users judge by: Bochs has one exit status. */
#include "hw/power.h"

#include "hw/boot.h"
#include "hw/cpu.h"
#include "hw/io.h"
#include "hw/terminal.h"
#include "hw/uart.h"
#include "hw/uart_queue.h"
#include "klib/printf.h"

void power_off(bool success)
{
    const char *order = "Shutdown";

    cpu_interrupts_off();
    uart_queue_flush();
    printf_set_sink(terminal_put);
    printf("Power off: %s.\n", success ? "success" : "failure");
    uart_drain();
    io_out8(POWER_QEMU_PORT, success ? POWER_QEMU_OK : POWER_QEMU_FAILED);
    while (*order)
        io_out8(POWER_BOCHS_PORT, (uint8_t)*order++);
    cpu_stop();
}
