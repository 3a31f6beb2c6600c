/* Goes for the victim's frames: by the hypervisor's linear map, and at the addresses where the
 * victim itself sees them, which mean nothing here.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void write_to(uint32_t address)
{
    *(volatile uint32_t *)address = 0xBAD;
}

static void read_from(uint32_t address)
{
    (void)*(const volatile uint32_t *)address;
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t offset = 0; offset < 0x4000; offset += 64) {
        must_trap(14, write_to, HYPERVISOR + VICTIM + offset, "write to the victim's frame");
        must_trap(14, read_from, HYPERVISOR + VICTIM + offset, "read of the victim's frame");
        must_trap(14, write_to, 0x00800000 + offset, "write to the victim's address");
        must_trap(14, write_to, VICTIM + offset, "write to the physical address");
    }
    return 0;
}
