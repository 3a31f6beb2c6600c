/* Makes hypercalls with odd flags: DF, TF, NT, AC, ID, RF, and all arithmetic ones. The hypervisor
 * copies forwards all the same, and gives back the flags that are the partition's own.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define DF 0x400u
#define NT 0x4000u
#define AC 0x40000u
#define ID 0x200000u
#define ARITHMETIC 0x8D5u

static uint64_t time[2];

/* The clock is copied out to us, so DF would send it the wrong way. */
static void hypercall_with(uint32_t flags)
{
    uint32_t result, after;

    time[0] = time[1] = 0;
    __asm__ volatile("pushl %3\n\tpopfl\n\tint $0x82\n\tpushfl\n\tpopl %1\n\tpushl $2\n\tpopfl"
                     : "=a"(result), "=&r"(after)
                     : "0"(BH_CLOCK), "r"(flags | 2), "b"(&time[0])
                     : "memory", "cc");
    check(result == 0 && time[0] != 0 && time[1] == 0, "the clock", result);
    check((after & 0x3000) == 0 && (after & 0x200), "IOPL or IF", after);
    check((after & flags & (DF | NT | AC | ID | ARITHMETIC)) == (flags & ~0x10100u), "flags lost",
          after);
}

static void single_step(uint32_t flags)
{
    __asm__ volatile("pushl %0\n\tpopfl\n\tint $0x82\n\tnop\n\tnop"
                     :
                     : "r"(flags | 2), "a"(BH_NULL)
                     : "memory", "cc");
}

int main(uint32_t starts)
{
    static const uint32_t flags[] = {DF, NT, AC, ID, ARITHMETIC};

    (void)starts;
    catch_all();
    for (uint32_t set = 0; set < 32; set++) {
        uint32_t all = 0;

        for (uint32_t i = 0; i < ARRAY_SIZE(flags); i++)
            all |= set >> i & 1 ? flags[i] : 0;
        must_not_trap(hypercall_with, all, "flags at a hypercall");
        must_trap(1, single_step, all | 0x100, "TF at a hypercall");
    }
    return 0;
}
