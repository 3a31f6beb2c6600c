/* Owns lines 1 (edge) and 12 (level), and sees each rule of theirs from inside. */
#include "check.h"
#include "i8042.h"

static volatile uint32_t ends_left;

/* A line's handler that does not care for its device. */
static void storm(struct bh_trap *trap)
{
    count(trap);
    if (ends_left && ends_left--)
        bh_line_end(MOUSE);
}

static uint32_t of(uint32_t line)
{
    return came[BH_VIRQ_LINE + line];
}

/* Long enough for any interrupt to come: Bochs looks at its keyboard each 250 us. */
static void pause(void)
{
    for (volatile uint32_t i = 0; i < 8000; i++)
        ;
}

static void errors(void)
{
    WANT(bh_line_mask(16, 0) == BH_EINVAL && bh_line_mask(0xFFFFFFFF, 1) == BH_EINVAL);
    WANT(bh_line_end(16) == BH_EINVAL && bh_line_end(32 + MOUSE) == BH_EINVAL);
    for (uint32_t line = 0; line < 16; line++) {
        bool own = line == KEYBOARD || line == MOUSE;

        WANT(bh_line_mask(line, 1) == (own ? BH_OK : BH_EPERM));
        WANT(bh_line_mask(line, 0) == (own ? BH_OK : BH_EPERM));
        WANT(bh_line_mask(line, 1) == (own ? BH_OK : BH_EPERM));
        WANT(bh_line_end(line) == (own ? BH_OK : BH_EPERM));
    }
}

/* Masked at the start; what came meanwhile comes when it is unmasked; another only after the end of
 * the first. */
static void one_line(uint32_t line)
{
    uint32_t before = of(line);

    raise_line(line);
    pause();
    WANT(of(line) == before);
    bh_line_mask(line, 0);
    pause();
    WANT(of(line) == before + 1);
    lower_line();
    raise_line(line);
    pause();
    WANT(of(line) == before + 1);
    bh_line_end(line);
    pause();
    WANT(of(line) == before + 2);
    lower_line();
    bh_line_end(line);
    pause();
    WANT(of(line) == before + 2);
    bh_line_mask(line, 1);
    raise_line(line);
    bh_line_end(line);
    pause();
    WANT(of(line) == before + 2);
    bh_line_mask(line, 0);
    pause();
    WANT(of(line) == before + 3);
    lower_line();
    bh_line_end(line);
}

/* The virtual flag and the virtual mask hold it back as any other. */
static void virtual_flag(uint32_t line)
{
    uint32_t before = of(line);

    bh_virq_disable();
    raise_line(line);
    pause();
    WANT(of(line) == before && bh_control()->virq_pending >> (BH_VIRQ_LINE + line) & 1);
    bh_control()->virq_mask = 1u << (BH_VIRQ_LINE + line);
    bh_virq_enable();
    bh_hypercall(BH_VIRQ_CHECK, 0, 0, 0, 0, 0); /* the library knows better than to ask */
    WANT(of(line) == before);
    bh_control()->virq_mask = 0;
    bh_virq_enable();
    WANT(of(line) == before + 1);
    lower_line();
    bh_line_end(line);
}

/* A level-triggered line comes as long as it is high; an edge once, also when it stays high. */
static void triggers(void)
{
    uint32_t before = of(MOUSE), before_edge = of(KEYBOARD);

    raise_line(MOUSE);
    pause();
    WANT(of(MOUSE) == before + 1);
    ends_left = 100;
    bh_line_end(MOUSE);
    pause();
    WANT(of(MOUSE) == before + 102 && ends_left == 0);
    lower_line();
    bh_line_end(MOUSE);
    pause();
    WANT(of(MOUSE) == before + 102);
    raise_line(KEYBOARD);
    pause();
    bh_line_end(KEYBOARD);
    pause();
    WANT(of(KEYBOARD) == before_edge + 1);
    lower_line();
}

/* It ends a BH_WAIT: behind it the slot is still the same. */
static void wakes(void)
{
    uint32_t slots, before = of(MOUSE);

    bh_wait(); /* to the begin of a slot */
    bh_control()->virq_pending = 0;
    slots = came[BH_VIRQ_SLOT];
    bh_line_mask(MOUSE, 1);
    raise_line(MOUSE);
    bh_virq_disable();
    bh_line_mask(MOUSE, 0);
    bh_wait();
    WANT(came[BH_VIRQ_SLOT] == slots && !(bh_control()->virq_pending & 1u << BH_VIRQ_SLOT));
    bh_virq_enable();
    WANT(of(MOUSE) == before + 1);
    lower_line();
    bh_line_end(MOUSE);
}

/* While its owner is away it does not come; the other partition reads whether it was disturbed. */
static void away(void)
{
    uint32_t before = of(MOUSE);

    bh_virq_disable();
    raise_line(MOUSE);
    bh_line_mask(MOUSE, 0);
    while (!(bh_control()->virq_pending & 1u << BH_VIRQ_SLOT))
        ; /* comes, is not taken, and so is masked; another slot */
    bh_virq_enable();
    WANT(of(MOUSE) == before + 1);
    lower_line();
    bh_line_end(MOUSE);
}

int main(uint32_t starts)
{
    (void)starts;
    count_all();
    bh_virq_handler_set(BH_VIRQ_LINE + MOUSE, storm);
    start_controller();
    errors();
    one_line(KEYBOARD);
    one_line(MOUSE);
    virtual_flag(KEYBOARD);
    virtual_flag(MOUSE);
    triggers();
    wakes();
    away();
    return finish();
}
