/* Example 14: a device of the partition's own, with its I/O ports and its interrupt line: the
 * keyboard controller of a PC. It can be told to behave as if a key had been pressed. */
#include "guests/examples/example.h"

enum {
    LINE = 1,
    DATA = 0x60,
    COMMAND = 0x64,       /* read: status */
    OUTPUT_FULL = 1,      /* status: a byte can be read */
    INPUT_FULL = 2,       /* status: it has not taken the last byte yet */
    CONFIGURE = 0x60,     /* command: the next byte is its configuration */
    INTERRUPTS = 1,       /* configuration: a key interrupts */
    AS_IF_PRESSED = 0xD2, /* command: the next byte is as if it came from the keyboard */
    KEYS = 5,
};

static volatile uint32_t interrupts;
static volatile uint8_t key;

static uint8_t in(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port));
    return value;
}

static void out(uint16_t port, uint8_t value)
{
    while (INPUT_FULL & in(COMMAND))
        ;
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port));
}

static void command(uint8_t what, uint8_t value)
{
    out(COMMAND, what);
    out(DATA, value);
}

/* The line is masked now: no other interrupt comes before the device and then the hypervisor are
 * told that this one is handled. */
static void keyboard(struct bh_trap *trap)
{
    (void)trap;
    key = in(DATA);
    interrupts++;
    EXPECT(bh_line_end(LINE) == BH_OK);
}

int main(uint32_t starts)
{
    uint64_t start = bh_clock();

    (void)starts;
    while (OUTPUT_FULL & in(COMMAND))
        in(DATA);
    bh_virq_handler_set(BH_VIRQ_LINE + LINE, keyboard);
    command(CONFIGURE, INTERRUPTS);
    EXPECT(bh_line_mask(LINE, 0) == BH_OK && bh_line_mask(12, 0) == BH_EPERM);
    bh_virq_enable();
    for (uint8_t i = 1; i <= KEYS; i++) {
        command(AS_IF_PRESSED, i);
        while (interrupts < i)
            EXPECT(bh_clock() - start < 100 * MS);
        EXPECT(key == i);
    }
    printf("%u keys, as if pressed\n", interrupts);
    return 0;
}
