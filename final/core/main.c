/* core: the start-up order. One line a step; each later chapter adds its lines below the last.
 *
 * Interrupts are off, the boot stack is in use, and printf has no sink before printf_set_sink(). */
#include "core/blob.h"
#include "core/clock.h"
#include "core/cmdline.h"
#include "core/frame.h"
#include "core/memmap.h"
#include "core/module.h"
#include "core/system.h"
#include "core/timer.h"
#include "hw/boot.h"
#include "hw/fpu.h"
#include "hw/gdt.h"
#include "hw/idt.h"
#include "hw/multiboot.h"
#include "hw/paging.h"
#include "hw/pic.h"
#include "hw/power.h"
#include "hw/screen.h"
#include "hw/sysenter.h"
#include "hw/terminal.h"
#include "hw/tss.h"
#include "hw/uart.h"
#include "hw/uart_queue.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "virt/call/hypercall.h"
#include "virt/call/resume.h"
#include "virt/control/failure.h"
#include "virt/control/monitor.h"
#include "virt/ipc/port.h"
#include "virt/ipc/signal.h"
#include "virt/life/partition.h"
#include "virt/output/trace.h"
#include "virt/output/trace_print.h"
#include "virt/time/background.h"
#include "virt/time/plans.h"
#include "virt/time/sched.h"
#include "virt/vcpu/line.h"

/* Whatever can be done about a loader that we do not know: say so, and stop. */
static const struct multiboot_info *check_loader(uint32_t magic, paddr_t info)
{
    if (magic != MULTIBOOT_LOADED)
        panic("not loaded by a Multiboot 1 loader: EAX was 0x%08x, not 0x%08x", magic,
              MULTIBOOT_LOADED);
    if (info > LINEAR_MAP_SIZE - sizeof(struct multiboot_info))
        panic("the loader's information at 0x%08x is out of reach", info);
    return paging_virtual(info);
}

/* The first boot module tells which system to build. */
static const struct system *load_description(void)
{
    const struct module *m = module_get(0);
    const char *error;

    if (!m)
        panic("there is no boot module; the first has to be a system description made by bhc");
    error = blob_check(m->data, m->size);
    if (error)
        panic("boot module '%s' is no usable system description: %s", m->name, error);
    return blob_system(m->data);
}

void kmain(uint32_t magic, paddr_t info_address)
{
    const struct multiboot_info *info;
    const struct system *system;

    uart_init();
    printf_set_sink(terminal_put);
    printf("Bulkhead, the whole hypervisor\n");
    info = check_loader(magic, info_address);
    screen_init(info);
    gdt_init();
    cmdline_init(info);
    memmap_init(info);
    paging_trim(memmap_ram_end());
    clock_init();
    idt_init();
    tss_init();
    pic_init();
    fpu_init();
    sysenter_init(boot_stack_top);
    frame_init();
    module_init(info);
    hypercall_init();
    timer_init(sched_timer_event);
    system = load_description();
    health_init(system);
    failure_init();
    partition_init(system);
    port_init(system);
    line_init(system);
    signal_init(system);
    trace_init(system, cmdline_has("trace"));
    trace_print_init(system, cmdline_has("trace"));
    plans_init(system, cmdline_value("plan"));
    background_init(system);
    if (cmdline_has("panic"))
        panic("asked for on the command line, with a 64-bit value: 0x%llx", 0x0123456789ABCDEFull);
    printf_set_sink(uart_queue_put);
    resume_first();
}
