/* Owns the real-time clock's interrupt, line 8, about 1000 of which come a second, also while it is
 * away: then one waits for it, and the others find it masked. */
#include "check.h"

enum { INDEX = 0x70, VALUE = 0x71, RATE = 0x0A, CONTROL = 0x0B, CAUSE = 0x0C, LINE = 8 };

static void out(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint8_t read(uint8_t index)
{
    out(INDEX, index);
    return in(VALUE);
}

static void write(uint8_t index, uint8_t value)
{
    out(INDEX, index);
    out(VALUE, value);
}

static void beat(struct bh_trap *trap)
{
    count(trap);
    read(CAUSE); /* else it stays high, and no other edge comes */
    bh_line_end(LINE);
}

int main(uint32_t starts)
{
    uint32_t beats, slots = 0;

    (void)starts;
    count_all();
    bh_virq_handler_set(BH_VIRQ_LINE + LINE, beat);
    write(RATE, 0x26); /* 1024 Hz */
    write(CONTROL, (uint8_t)(read(CONTROL) | 0x40));
    read(CAUSE);
    WANT(bh_line_mask(LINE, 0) == BH_OK);
    beats = came[BH_VIRQ_LINE + LINE];
    while (slots < 8) {
        uint32_t before = came[BH_VIRQ_SLOT];

        while (came[BH_VIRQ_SLOT] == before)
            ; /* awake to its end */
        slots++;
    }
    beats = came[BH_VIRQ_LINE + LINE] - beats;
    WANT(beats >= 8 * 4 && beats <= 9 * 6); /* 5 a slot, and one that waited */
    write(CONTROL, (uint8_t)(read(CONTROL) & ~0x40));
    printf("%u beats\n", beats);
    return finish();
}
