/* hw: the 8259As. */
#include "hw/pic.h"

#include "hw/idt.h"
#include "hw/io.h"

enum {
    PIC_1_COMMAND = 0x20,
    PIC_1_DATA = 0x21,
    PIC_2_COMMAND = 0xA0,
    PIC_2_DATA = 0xA1,

    ICW1_INIT_ICW4 = 0x11, /* start of initialisation, four words, cascaded, edge triggered */
    ICW3_LINE_2 = 0x04,    /* first: a controller on input 2 */
    ICW3_NUMBER_2 = 0x02,  /* second: you are on input 2 */
    ICW4_8086 = 0x01,
    OCW2_END = 0x20,      /* end of interrupt, not specific */
    OCW3_READ_ISR = 0x0B, /* the next read of the command port gives the in-service register */
    CASCADE = 2,
};

static uint16_t mask = 0xFFFF;

static void write_mask(void)
{
    io_out8(PIC_1_DATA, (uint8_t)mask);
    io_out8(PIC_2_DATA, (uint8_t)(mask >> 8));
}

void pic_init(void)
{
    io_out8(PIC_1_COMMAND, ICW1_INIT_ICW4);
    io_out8(PIC_2_COMMAND, ICW1_INIT_ICW4);
    io_out8(PIC_1_DATA, IDT_IRQ_BASE);
    io_out8(PIC_2_DATA, IDT_IRQ_BASE + 8);
    io_out8(PIC_1_DATA, ICW3_LINE_2);
    io_out8(PIC_2_DATA, ICW3_NUMBER_2);
    io_out8(PIC_1_DATA, ICW4_8086);
    io_out8(PIC_2_DATA, ICW4_8086);
    write_mask();
}

void pic_unmask(uint32_t irq)
{
    mask = (uint16_t)(mask & ~(1u << irq));
    if (irq >= 8)
        mask = (uint16_t)(mask & ~(1u << CASCADE));
    write_mask();
}

void pic_mask(uint32_t irq)
{
    mask |= (uint16_t)(1u << irq);
    write_mask();
}

bool pic_is_spurious(uint32_t irq)
{
    uint16_t command = irq < 8 ? PIC_1_COMMAND : PIC_2_COMMAND;

    if (irq != 7 && irq != 15)
        return false;
    io_out8(command, OCW3_READ_ISR);
    return !(io_in8(command) & 0x80);
}

void pic_end(uint32_t irq)
{
    if (irq >= 8)
        io_out8(PIC_2_COMMAND, OCW2_END);
    io_out8(PIC_1_COMMAND, OCW2_END);
}

void pic_end_spurious(uint32_t irq)
{
    if (irq >= 8)
        io_out8(PIC_1_COMMAND, OCW2_END);
}
