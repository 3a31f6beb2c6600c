/* core: the start-up order. One line a step; each later chapter adds its lines below the last.
 *
 * Interrupts are off, the boot stack is in use, and printf has no sink before printf_set_sink(). */
#include "core/clock.h"
#include "core/cmdline.h"
#include "core/frame.h"
#include "core/memmap.h"
#include "core/module.h"
#include "core/system.h"
#include "hw/boot.h"
#include "hw/gdt.h"
#include "hw/idt.h"
#include "hw/multiboot.h"
#include "hw/paging.h"
#include "hw/pic.h"
#include "hw/power.h"
#include "hw/screen.h"
#include "hw/terminal.h"
#include "hw/tss.h"
#include "hw/uart.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "virt/call/hypercall.h"
#include "virt/partition.h"
#include "virt/time/sched.h"

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

void kmain(uint32_t magic, paddr_t info_address)
{
    const struct multiboot_info *info;

    uart_init();
    printf_set_sink(terminal_put);
    printf("Bulkhead, chapter 5: hypercalls\n");
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
    frame_init();
    module_init(info);
    hypercall_init();
    partition_init(&system_description);

    if (cmdline_has("panic"))
        panic("asked for on the command line, with a 64-bit value: 0x%llx", 0x0123456789ABCDEFull);
    sched_start();
}
