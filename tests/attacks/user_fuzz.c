/* Enters virtual user mode with registers at random, hundreds of times: anywhere in memory, any
 * stack, flags and selectors, in an address space with the image and in an empty one. Whatever runs
 * there, it comes back as a trap; our own memory, registers and segments are as they were.
 *
 * attributes: spaces="2"
 * page-tables: 8
 * frames: 60
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "user.h"

enum { ROUNDS = 600 };

static uint32_t secret[64]; /* user mode can read it in space 1, and write nowhere but its stack */

static uint32_t some(void)
{
    static const uint32_t dictionary[] = {
        0,          1,          0x400000,   0x400010,   0x401234,   0x402000,   0x40FFFF,
        NOWHERE,    HYPERVISOR, IMAGE,      PAGE,       0x7FFFFFFF, 0x80000000, 0xBFFFF000,
        0xBFFFFFFC, 0xC0000004, 0xFFFFF000, 0xFFFFFFFF, 0x23,       0x1B,
    };
    uint32_t number = random_word();

    if (number % 4 == 0)
        return random_word();
    if (number % 4 == 1)
        return (uint32_t)user_stack + number / 4 % (PAGE + 8);
    if (number % 4 == 2)
        return 0x400000 + number / 4 % 0x4000; /* the image: code, mostly */
    return dictionary[number / 4 % ARRAY_SIZE(dictionary)];
}

/* Any state, but that a virtual interrupt can end it: random code may be a loop. */
static struct bh_user_state any_state(void)
{
    struct bh_user_state s;
    uint32_t *words = (uint32_t *)&s;

    for (uint32_t i = 0; i < sizeof s / sizeof *words; i++)
        words[i] = some();
    s.space = 1 + random_word() % 2;
    s.eflags |= 0x200;
    s.eflags &= random_word() % 8 ? ~0x100u : ~0u; /* single step now and then only */
    return s;
}

static void check_ours(uint32_t round)
{
    uint32_t segments[4];

    for (uint32_t i = 0; i < ARRAY_SIZE(secret); i++)
        check(secret[i] == (i ^ 0x5EC7E7), "our memory", i);
    for (uint32_t i = 0; i < 4; i++)
        segments[i] = user_segments[i] & 0xFFFF;
    for (uint32_t i = 0; i < 4; i++)
        check(segments[i] == 0x23, "a segment of ours", segments[i]);
    check(bh_control()->virq_enabled == 0, "virtual interrupts are on", round);
    check(bh_control()->signature == BH_SIGNATURE, "the control page", round);
}

int main(uint32_t starts)
{
    uint32_t kinds[5] = {0}, a_call;

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(secret); i++)
        secret[i] = i ^ 0x5EC7E7;
    make_user();
    bh_user_vector(0x40, true);
    bh_control()->virq_mask = ~1u;
    a_call = (uint32_t)bh_clock_fast(); /* a judge may make hypercalls slow */
    bh_hypercall(BH_NULL, 0, 0, 0, 0, 0);
    a_call = (uint32_t)bh_clock_fast() - a_call;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct bh_user_state s = any_state();
        int32_t result;

        bh_timer(bh_clock_fast() + 50000 + 10 * a_call, 0);
        memset(&user_trap, 0xEE, sizeof user_trap);
        result = enter_user(&s);
        check(result == 0, "enter", (uint32_t)result);
        check(user_trap.kind < 5 && user_trap.state.space == s.space, "trap", user_trap.kind);
        check((user_trap.state.eflags & 0x001A7000) == 0, "flags", user_trap.state.eflags);
        kinds[user_trap.kind]++;
        check_ours(round);
    }
    check(kinds[BH_USER_EXCEPTION] > 0 && kinds[BH_USER_VIRQ] > 0, "kinds", kinds[0]);
    return 0;
}
