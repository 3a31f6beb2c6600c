/* Has the eight ports of COM2. Inside, every width is allowed; what reaches over an edge is not,
 * however little of it lies outside.
 *
 * ports: first="0x2F8" count="8"
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void in8(uint32_t port)
{
    __asm__ volatile("inb %w0, %%al" : : "d"(port) : "eax");
}

static void in16(uint32_t port)
{
    __asm__ volatile("inw %w0, %%ax" : : "d"(port) : "eax");
}

static void in32(uint32_t port)
{
    __asm__ volatile("inl %w0, %%eax" : : "d"(port) : "eax");
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t port = 0x2F0; port < 0x308; port++) {
        bool ours = port >= 0x2F8 && port < 0x300;

        if (ours)
            must_not_trap(in8, port, "a byte of ours");
        else
            must_trap(13, in8, port, "a byte that is not ours");
        if (ours && port + 1 < 0x300)
            must_not_trap(in16, port, "a word of ours");
        else
            must_trap(13, in16, port, "a word over the edge");
        if (ours && port + 3 < 0x300)
            must_not_trap(in32, port, "a double word of ours");
        else
            must_trap(13, in32, port, "a double word over the edge");
    }
    return 0;
}
