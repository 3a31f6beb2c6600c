/* Every hypercall, right as its partition may do it, and then with each argument in turn replaced by
 * each awkward value. Not random: a check that is missing lies one wrong argument away. What only a
 * system partition may do is refused, whatever the arguments are.
 *
 * area: name="heap" size="64KiB" rights="rw"
 * area: name="rom" size="8KiB" rights="r"
 * page-tables: 8
 * frames: 32
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "dictionary.h"

enum { HERE = 0x10000000, HEAP = 1, ROM = 2, NEIGHBOUR = 1 };

static struct bh_mapping mapping = {
    .address = HERE, .area = ROM, .offset = PAGE, .pages = 1, .rights = BH_READ};
static const char name[] = "heap";

struct call {
    uint32_t number, count, arguments[5];
};

#define AT(x) ((uint32_t)(x))
static const struct call calls[] = {
    {BH_NULL, 5, {0}},
    {BH_CONSOLE_WRITE, 2, {AT(name), 4}},
    {BH_CLOCK, 1, {AT(room)}},
    {BH_AREA, 2, {AT(name), AT(room)}},
    {BH_MAP, 5, {HERE, ROM, PAGE, 1, BH_READ}},
    {BH_MAP, 5, {HERE, HEAP, 0, 4, BH_READ | BH_WRITE}},
    {BH_MAP, 5, {HERE + 4 * PAGE, HEAP, 0, 4, BH_READ | BH_IN_SPACE(1)}},
    {BH_UNMAP, 3, {HERE, 1, BH_IN_SPACE(0)}},
    {BH_MAP, 5, {HERE, ROM, 0, 2, BH_READ}},
    {BH_PROTECT, 3, {HERE, 2, BH_READ}},
    {BH_TRAP_HANDLER, 2, {BH_TRAPS - 1, 0}},
    {BH_TIMER, 3, {0, 0, 0}},
    {BH_TIMER, 3, {0xFFFFFFFF, 0x7FFFFFFF, 1000000}},
    {BH_VIRQ_HANDLER, 1, {0}},
    {BH_VIRQ_CHECK, 5, {0}},
    {BH_PORT_OPEN, 2, {AT(name), AT(room)}},
    {BH_PORT_WRITE, 3, {0, AT(room), 4}},
    {BH_PORT_READ, 4, {0, AT(room), 4, AT(room)}},
    {BH_PORT_STATUS, 2, {0, AT(room)}},
    {BH_MAP_BATCH, 2, {AT(&mapping), 1}},
    {BH_SPACE_SWITCH, 1, {0}},
    {BH_SPACE_CLEAR, 1, {1}},
    {BH_CACHE_FLUSH, 5, {0}},
    {BH_USER_TRAPS, 2, {0, 0}},
    {BH_USER_VECTOR, 2, {3, 1}},
    {BH_DEBUG_SET, 2, {0, 0}},
    {BH_DEBUG_GET, 2, {0, AT(room)}},
    {BH_EXECUTION_CLOCK, 1, {AT(room)}},
    {BH_EXECUTION_TIMER, 3, {0, 0, 0}},
    {BH_EXECUTION_TIMER, 3, {0xFFFFFFFF, 0x7FFFFFFF, 1000000}},
    {BH_LINE_MASK, 2, {4, 0}},
    {BH_LINE_END, 1, {4}},
    {BH_SIGNAL, 1, {0}},
    {BH_SIGNAL_OPEN, 1, {AT(name)}},
    {BH_PLAN_STATUS, 1, {AT(room)}},
    {BH_PLAN_SWITCH, 1, {0}},
    {BH_PARTITION_STATUS, 2, {NEIGHBOUR, AT(room)}},
    {BH_PARTITION_STATUS, 2, {BH_SELF, AT(room)}},
    {BH_PARTITION_RESET, 2, {NEIGHBOUR, BH_RESET_COLD}},
    {BH_PARTITION_SUSPEND, 1, {NEIGHBOUR}},
    {BH_PARTITION_RESUME, 1, {NEIGHBOUR}},
    {BH_PARTITION_HALT, 2, {NEIGHBOUR, 0}},
    {BH_SYSTEM_STATUS, 1, {AT(room)}},
    {BH_SYSTEM_RESET, 5, {0}},
    {BH_SYSTEM_HALT, 1, {0}},
    {BH_HEALTH_RAISE, 2, {BH_HEALTH_MEMORY, 0}},
    {BH_HEALTH_READ, 2, {AT(room), AT(room)}},
    {BH_HEALTH_STATUS, 1, {AT(room)}},
    {BH_TRACE_EMIT, 3, {0, 1, 2}},
    {BH_TRACE_READ, 3, {0, AT(room), 1}},
    {BH_TRACE_STATUS, 2, {BH_SELF, AT(room)}},
    {BH_TRACE_MASK, 2, {BH_SELF, 0}},
};

/* A system partition's. The neighbour is not to be touched, and the machine neither. */
static bool forbidden(uint32_t number, uint32_t a)
{
    switch (number) {
    case BH_PARTITION_RESET:
    case BH_PARTITION_SUSPEND:
    case BH_PARTITION_HALT:
        return a != 0 && a != BH_SELF;
    case BH_PLAN_SWITCH:
    case BH_PARTITION_RESUME:
    case BH_SYSTEM_STATUS:
    case BH_SYSTEM_RESET:
    case BH_SYSTEM_HALT:
    case BH_HEALTH_READ:
    case BH_HEALTH_STATUS:
    case BH_TRACE_READ:
        return true;
    default:
        return false;
    }
}

/* What would end the attack instead of testing something: of its own image, its stack, itself. */
static bool suicide(uint32_t number, const uint32_t *a)
{
    for (uint32_t i = 0; i < 5; i++)
        if (a[i] >= 0x40F000 && a[i] < 0x410000)
            return true;
    switch (number) {
    case BH_MAP:
    case BH_UNMAP:
    case BH_PROTECT:
        return a[0] >= 0x400000 && a[0] < 0x420000;
    case BH_PARTITION_RESET:
    case BH_PARTITION_SUSPEND:
    case BH_PARTITION_HALT:
        return a[0] == 0 || a[0] == BH_SELF;
    case BH_HEALTH_RAISE:
        return a[0] == BH_HEALTH_APPLICATION || a[0] == BH_HEALTH_DEADLINE;
    case BH_DEBUG_SET:
        return a[0] == 7; /* a breakpoint in our own code */
    default:
        return false;
    }
}

static void call(uint32_t number, const uint32_t *a)
{
    int32_t result;

    if (suicide(number, a))
        return;
    bh_control()->virq_enabled = 0; /* a call wrote there */
    result = bh_hypercall(number, a[0], a[1], a[2], a[3], a[4]);
    check(result >= BH_ESTATE && result <= BH_CONSOLE_MAX, "a result", number);
    check(result < 0 || !forbidden(number, a[0]), "done, but it is a system partition's", number);
}

static void each_argument(const struct call *c)
{
    uint32_t a[5];

    call(c->number, c->arguments);
    for (uint32_t i = 0; i < c->count; i++)
        for (uint32_t k = 0; k < ARRAY_SIZE(dictionary); k++) {
            memcpy(a, c->arguments, sizeof a);
            a[i] = dictionary[k];
            call(c->number, a);
        }
    call(c->number, c->arguments);
}

/* The words of a structure that is handed over are arguments as well. */
static void each_word_of_a_mapping(void)
{
    const struct bh_mapping right = mapping;
    uint32_t *words = (uint32_t *)&mapping;
    const uint32_t a[5] = {AT(&mapping), 1};

    for (uint32_t i = 0; i < sizeof mapping / sizeof *words; i++)
        for (uint32_t k = 0; k < ARRAY_SIZE(dictionary); k++) {
            mapping = right;
            words[i] = dictionary[k];
            if (mapping.address < 0x400000 || mapping.address >= 0x420000)
                call(BH_MAP_BATCH, a);
        }
    mapping = right;
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < ARRAY_SIZE(calls); i++)
        each_argument(&calls[i]);
    each_word_of_a_mapping();
    check(caught.count == 0, "a trap", caught.count);
    return 0;
}
