/* Example 12: this one may only read the memory, and waits for the signal: virtual interrupt 9. */
#include "guests/examples/example.h"

enum { BELL = 9 };

static const volatile uint32_t *const shared = (const uint32_t *)0x00900000;
static volatile uint32_t rings, faults;

static void ring(struct bh_trap *trap)
{
    (void)trap;
    rings++;
}

static void page_fault(struct bh_trap *trap)
{
    faults++;
    trap->cause.eip += 6; /* movl $imm, (%reg) */
}

int main(uint32_t starts)
{
    (void)starts;
    bh_virq_handler_set(BELL, ring);
    bh_trap_handler_set(14, page_fault);
    __asm__ volatile("movl $0x12345678, (%0)" : : "r"(0x00900000) : "memory");
    EXPECT(faults == 1);
    for (uint32_t i = 1; i <= 5; i++) {
        bh_virq_enable();
        while (rings < i)
            bh_wait();
        for (uint32_t k = 0; k < 1024; k++)
            EXPECT(shared[k] == i * 1000 + k);
    }
    printf("%u signals, and the memory was as they said\n", rings);
    return 0;
}
