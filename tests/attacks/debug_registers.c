/* Debug registers: a partition's own breakpoints work; none can be had on the hypervisor, on I/O
 * ports or on the registers themselves; the hypervisor's copies may touch what is watched; and the
 * victim, whose memory is watched at its own addresses, sees nothing of it.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static volatile uint32_t watched[4] __attribute__((aligned(16)));
static volatile uint32_t hits, sum;

static void on_debug(struct bh_trap *trap)
{
    hits++;
    trap->cause.eflags |= 0x10000; /* RF: past an instruction breakpoint */
}

static uint32_t reason(void)
{
    uint32_t value = 0;

    check(bh_debug_get(6, &value) == BH_OK, "DR6", 0);
    check(bh_debug_set(6, 0) == BH_OK, "DR6", 1);
    return value & 0xE00F;
}

static void __attribute__((noinline)) step(void)
{
    sum++;
}

static void refusals(void)
{
    static const struct {
        uint32_t number, value;
        int32_t wanted;
    } tries[] = {
        {0, HYPERVISOR, BH_EPERM},  {1, IMAGE, BH_EPERM},       {3, 0xFFFFFFFF, BH_EPERM},
        {4, 0, BH_EINVAL},          {5, 0, BH_EINVAL},          {8, 0, BH_EINVAL},
        {0xFFFFFFFF, 0, BH_EINVAL}, {7, 0x2000, BH_EPERM},      {7, 0xFFFFFFFF, BH_EPERM},
        {7, 0x00020001, BH_EPERM},  {7, 0x20000000, BH_EPERM},  {7, 0x00090001, BH_EINVAL},
        {7, 0x00040001, BH_EINVAL}, {7, 0x00000800, BH_EINVAL}, {7, 0x00008000, BH_EINVAL},
    };
    uint32_t value;

    for (uint32_t i = 0; i < ARRAY_SIZE(tries); i++)
        check(bh_debug_set(tries[i].number, tries[i].value) == tries[i].wanted, "set", i);
    check(bh_debug_get(4, &value) == BH_EINVAL && bh_debug_get(8, &value) == BH_EINVAL, "get", 4);
    check(bh_debug_get(0, (uint32_t *)IMAGE) == BH_EFAULT, "get into the hypervisor", 0);
    check(bh_debug_get(7, &value) == BH_OK && value == 0x400, "DR7", value);
}

int main(uint32_t starts)
{
    uint32_t value;

    (void)starts;
    refusals();
    bh_trap_handler_set(1, on_debug);
    bh_debug_set(0, (uint32_t)&watched[0]);
    bh_debug_set(1, (uint32_t)step);
    bh_debug_set(2, 0x00800000); /* the victim's pattern, as the victim sees it */
    bh_debug_set(3, (uint32_t)&watched[2]);
    /* 0: write, 4 bytes. 1: execute. 2 and 3: read or write, 4 bytes. All enabled. */
    check(bh_debug_set(7, 0xFF0D0055) == BH_OK, "DR7", 0);
    check(bh_debug_get(7, &value) == BH_OK && value == 0xFF0D0455, "DR7 reads", value);
    watched[0] = 1;
    check(hits == 1 && reason() == 1, "a write", hits);
    sum += watched[0];
    check(hits == 1, "a read of what is watched for writing", hits);
    sum += watched[2];
    check(hits == 2 && reason() == 8, "a read", hits);
    step();
    check(hits == 3 && reason() == 2, "an instruction", hits);
    /* The hypervisor writes there for us, and reads: nobody is told. */
    check(bh_hypercall(BH_CLOCK, (uint32_t)&watched[0], 0, 0, 0, 0) == BH_OK, "copy out", 0);
    check(bh_hypercall(BH_CONSOLE_WRITE, (uint32_t)&watched[2], 0, 0, 0, 0) == 0, "copy in", 0);
    check(bh_hypercall(BH_DEBUG_GET, 0, (uint32_t)&watched[2], 0, 0, 0) == BH_OK, "copy out", 2);
    check(reason() == 0, "a reason without a trap", 0);
    hits = 0;
    for (uint32_t i = 0; i < 20; i++) { /* over several slots */
        spin(20000);
        watched[0] = i;
        check(hits == i + 1, "a write in a later slot", hits);
    }
    check(reason() == 1, "the reason", 0);
    bh_debug_set(7, 0);
    watched[0] = watched[2] = 3;
    step();
    check(hits == 20, "breakpoints that are off", hits);
    bh_debug_set(7, 0xFF0D0055); /* and left on, while we are gone */
    return 0;
}
