/* Ports that nobody gave it, in every width and by string instructions: interrupt controllers,
 * timers, the power-off devices, the console, PCI, the last ports.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static uint32_t buffer[4];

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

static void out8(uint32_t port)
{
    __asm__ volatile("outb %%al, %w0" : : "d"(port), "a"(0x10));
}

static void out16(uint32_t port)
{
    __asm__ volatile("outw %%ax, %w0" : : "d"(port), "a"(0x10));
}

static void out32(uint32_t port)
{
    __asm__ volatile("outl %%eax, %w0" : : "d"(port), "a"(0x10));
}

static void ins(uint32_t port)
{
    uint32_t *to = buffer, count = 4;

    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(port) : "memory");
}

static void outs(uint32_t port)
{
    const uint32_t *from = buffer;
    uint32_t count = 4;

    __asm__ volatile("rep outsl" : "+S"(from), "+c"(count) : "d"(port) : "memory");
}

int main(uint32_t starts)
{
    static const uint16_t ports[] = {
        0x00,  0x20,  0x21,  0x3F,  0x40,  0x42,   0x43,   0x60,   0x61,   0x64,   0x70,   0x80,
        0x92,  0xA0,  0xA1,  0xE9,  0xF4,  0x1F0,  0x3D4,  0x3F7,  0x3F8,  0x3F9,  0x3FD,  0x4D0,
        0x510, 0x604, 0xCF8, 0xCF9, 0xCFC, 0x8900, 0xB004, 0xC000, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF,
    };
    static void (*const ways[])(uint32_t port) = {in8, in16, in32, out8, out16, out32, ins, outs};

    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < ARRAY_SIZE(ports); i++)
        for (uint32_t way = 0; way < ARRAY_SIZE(ways); way++) {
            must_trap(13, ways[way], ports[i], "a port that is not ours");
            check(caught.error == 0, "error code", caught.error);
        }
    for (uint32_t port = 0; port < 0x10000; port += 7)
        must_trap(13, out8, port, "a port that is not ours");
    return 0;
}
