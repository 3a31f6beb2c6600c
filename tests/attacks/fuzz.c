/* Every hypercall number there is, and some that there are not, with arguments from a dictionary of
 * awkward values: thousands of calls, the same in every run. It lives on or dies of its own doing;
 * the others do not notice.
 *
 * area: name="heap" size="64KiB" rights="rw"
 * area: name="rom" size="8KiB" rights="r"
 * page-tables: 8
 * frames: 24
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "dictionary.h"

enum { CALLS = 12000 };

static uint32_t argument(void)
{
    uint32_t number = random_word();

    return number % 16 ? dictionary[number / 16 % ARRAY_SIZE(dictionary)] : random_word();
}

/* What would end the fuzzing instead of testing something; each has an attack of its own. */
static bool suicide(uint32_t number, uint32_t a)
{
    bool memory = number == BH_MAP || number == BH_UNMAP || number == BH_PROTECT;
    bool of_partition = number == BH_PARTITION_STATUS || number == BH_PARTITION_RESET ||
                        number == BH_PARTITION_SUSPEND || number == BH_PARTITION_HALT;

    return number == BH_HALT || number == BH_YIELD || number == BH_WAIT ||
           number == BH_TRAP_RETURN || number == BH_VIRQ_HANDLER || number == BH_TRAP_HANDLER ||
           number == BH_PARTITION_MODE || number == BH_SYSENTER ||
           (number == BH_DEBUG_SET && a == 7) || number == BH_USER_ENTER ||
           (of_partition && (a == 0 || a == BH_SELF)) ||
           ((number == BH_CLOCK || number == BH_AREA) && a < HYPERVISOR && a >= 0x400000 &&
            a < 0x410000 && a - (uint32_t)room >= sizeof room) ||
           (memory && a < 0x420000);
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < CALLS; i++) {
        uint32_t number = i % (BH_HYPERCALLS + 2);
        uint32_t a = argument(), b = argument(), c = argument(), d = argument(), e = argument();
        int32_t result;

        if (number == BH_HYPERCALLS)
            number = 0x80000000 | random_word() % BH_HYPERCALLS;
        else if (number == BH_HYPERCALLS + 1)
            number = argument() | 0x100;
        if (suicide(number, a) ||
            ((number == BH_AREA || number == BH_DEBUG_GET) && suicide(BH_CLOCK, b)))
            continue;
        if (bh_control()->features & BH_FEATURE_SYSENTER) /* by turns */
            bh_way = i / 7 % 2 ? bh_way_int : bh_way_sysenter;
        result = bh_hypercall(number, a, b, c, d, e);
        if (number >= BH_HYPERCALLS)
            check(result == BH_ENOSYS, "a number that is none", number);
        else
            check(result >= BH_ESTATE && result <= BH_CONSOLE_MAX, "a result", (uint32_t)result);
    }
    bh_control()->virq_enabled = 0; /* a call may have written there: no handler is to run */
    for (uint32_t vector = 0; vector < 40; vector++)
        for (uint32_t i = 0; i < ARRAY_SIZE(dictionary); i++)
            bh_hypercall(BH_TRAP_HANDLER, vector, dictionary[i], 0, 0, 0);
    for (uint32_t i = 0; i < ARRAY_SIZE(dictionary); i++)
        bh_hypercall(BH_VIRQ_HANDLER, dictionary[i], 0, 0, 0, 0);
    return 0;
}
