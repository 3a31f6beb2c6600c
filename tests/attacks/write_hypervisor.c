/* Writes to the hypervisor: its image, the linear map, and the tables that sgdt and sidt betray.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void write_to(uint32_t address)
{
    *(volatile uint32_t *)address = 0;
}

static uint32_t table(bool interrupts)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) r;

    if (interrupts)
        __asm__ volatile("sidt %0" : "=m"(r));
    else
        __asm__ volatile("sgdt %0" : "=m"(r));
    return r.base;
}

int main(uint32_t starts)
{
    const uint32_t gdt = table(false), idt = table(true);

    (void)starts;
    catch_all();
    check(gdt >= IMAGE && idt >= IMAGE, "where are the tables", gdt);
    for (uint32_t i = 0; i < 16; i++) {
        must_trap(14, write_to, gdt + 8 * i, "write to the GDT");
        must_trap(14, write_to, idt + 8 * i, "write to the IDT");
    }
    for (uint32_t page = 0; page < 128; page++) {
        must_trap(14, write_to, IMAGE + page * PAGE, "write to the image");
        check(caught.error == 7 && caught.address == IMAGE + page * PAGE, "error code",
              caught.error);
    }
    for (uint32_t address = HYPERVISOR; address >= HYPERVISOR; address += 0x400000)
        must_trap(14, write_to, address, "write to the linear map");
    must_trap(14, write_to, HYPERVISOR - 2, "write across the border");
    must_trap(14, write_to, 0xFFFFFFFC, "write to the last word");
    return 0;
}
