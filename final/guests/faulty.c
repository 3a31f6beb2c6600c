/* The flight demonstration's faulty partition: in each of its lives it attacks in another way. None
 * may get through: one that does ends with a negative result, and fails the run. */
#include "guests/flight.h"

enum { QUIET_SLOTS = 2 /* of each life, so that one can watch */ };

static void write_hypervisor(void)
{
    *(volatile uint32_t *)0xC0100000 = 0;
}

static void stop_interrupts(void)
{
    __asm__ volatile("cli");
}

static void use_port(void)
{
    __asm__ volatile("outb %%al, %w0" : : "Nd"(0x3F8), "a"('!'));
}

static void no_instruction(void)
{
    __asm__ volatile("ud2");
}

/* A system partition could; we cannot. Then a division by zero, out of spite. */
static void control_others(void)
{
    for (uint32_t i = 0; i < 4; i++)
        if (bh_partition_halt(i, -1) != BH_EPERM || bh_partition_suspend(i) != BH_EPERM ||
            bh_partition_reset(i, BH_RESET_COLD) != BH_EPERM)
            flight_failed("another partition obeys", (int32_t)i);
    if (bh_system_halt(-1) != BH_EPERM || bh_system_reset() != BH_EPERM)
        flight_failed("the system obeys", 0);
    __asm__ volatile("divl %%ecx" : : "a"(1), "d"(0), "c"(0));
}

/* A handler for a trap, and no stack to push the trap onto. */
static void lose_stack(void)
{
    bh_hypercall(BH_TRAP_HANDLER, 6, 0x00400000, 0, 0, 0);
    __asm__ volatile("movl $0xC0000010, %esp\n\tud2");
}

/* Down and down, as a recursion without an end does. */
static void exhaust_stack(void)
{
    uint32_t here = 0;

    for (uint32_t page = (uint32_t)&here & ~0xFFFu;; page -= 0x1000)
        *(volatile uint32_t *)page = 0;
}

/* Another one's messages, by its number: it is no port of ours. */
static void read_others_ports(void)
{
    static uint8_t message[64];
    struct bh_port port = {.message_size = sizeof message};
    struct bh_port_status status;

    for (port.number = 0; port.number < 8; port.number++)
        if (bh_port_read(&port, message, &status) != BH_EINVAL ||
            bh_port_write(&port, message, 8) != BH_EINVAL)
            flight_failed("another one's port works", (int32_t)port.number);
    *(volatile uint32_t *)0 = 0;
}

static void (*const attacks[])(void) = {
    write_hypervisor, stop_interrupts, use_port,      no_instruction,
    control_others,   lose_stack,      exhaust_stack, read_others_ports,
};

int main(uint32_t starts)
{
    flight_start();
    for (uint32_t i = 0; i < QUIET_SLOTS; i++)
        flight_next_slot();
    if (starts < ARRAY_SIZE(attacks))
        attacks[starts]();
    flight_failed("an attack got through", (int32_t)starts);
}
