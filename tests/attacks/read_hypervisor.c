/* Reads the hypervisor and, through its linear map, all other memory.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static volatile uint32_t stolen;

static void read_from(uint32_t address)
{
    stolen = *(const volatile uint32_t *)address;
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    stolen = 0x5EC8E7;
    for (uint32_t page = 0; page < 1024; page++) /* the first 4 MiB: image, modules, page tables */
        must_trap(14, read_from, HYPERVISOR + page * PAGE, "read of low memory");
    for (uint32_t address = HYPERVISOR; address >= HYPERVISOR; address += 0x400000)
        must_trap(14, read_from, address, "read of the linear map");
    must_trap(14, read_from, HYPERVISOR - 1, "read across the border");
    check(stolen == 0x5EC8E7, "something was read", stolen);
    return 0;
}
