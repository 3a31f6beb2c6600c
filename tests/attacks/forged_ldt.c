/* Nobody loads an LDT here, but a CPU comes out of reset with one: base 0, limit 64 KiB (Intel SDM
 * vol. 3A, table 9-1). If it is left like that, pages mapped at 0x1000 are a descriptor table of
 * the partition's own making. Here they hold call gates into the hypervisor's code segment, and
 * segments of privilege 0. All of them have to be out of reach.
 *
 * area: name="table" size="60KiB" rights="rw"
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define SELECTOR(offset) ((offset) | 7) /* in the LDT, privilege 3 */

/* What runs at CPL 0 if a gate lets us through: it spoils the victim, and is gone with lret. */
void at_cpl_0(void);
__asm__(".text\nat_cpl_0:\n\tmovw %cs, %ax\n\tmovzwl %ax, %eax\n\tmovl %eax, privileged_cs\n\t"
        "movl $0xBAD, 0xC1000000\n\tlret\n");
volatile uint32_t privileged_cs;

static struct {
    uint32_t offset;
    uint16_t selector;
} __attribute__((packed)) target;

static void through_gate(uint32_t selector)
{
    target.selector = (uint16_t)selector;
    __asm__ volatile("lcall *%0" : : "m"(target) : "eax", "memory");
}

static void load_ds(uint32_t selector)
{
    __asm__ volatile("movl %0, %%es\n\tpushl $0x23\n\tpopl %%es" : : "r"(selector));
}

static void write_entry(uint32_t at, uint32_t low, uint32_t high)
{
    ((volatile uint32_t *)at)[0] = low;
    ((volatile uint32_t *)at)[1] = high;
}

int main(uint32_t starts)
{
    uint32_t to = (uint32_t)at_cpl_0;

    (void)starts;
    catch_all();
    check(bh_map((void *)0x1000, 1, 0, 15, BH_READ | BH_WRITE) == BH_OK, "map", 0);
    for (uint32_t at = 0x1000; at < 0x10000; at += 0x800) {
        write_entry(at, 8u << 16 | (to & 0xFFFF), (to & 0xFFFF0000) | 0xEC00); /* call gate */
        write_entry(at + 8, 0x0000FFFF, 0x00CFF300);                           /* data, DPL 3 */
        attempt_one(through_gate, SELECTOR(at));
        check(privileged_cs == 0, "CODE RAN AT CPL 0, CS", privileged_cs);
        check(caught.vector == 13 && caught.error == (SELECTOR(at) & 0xFFFC), "call gate", at);
        must_trap(13, load_ds, SELECTOR(at + 8), "a segment of our own making");
    }
    return 0;
}
