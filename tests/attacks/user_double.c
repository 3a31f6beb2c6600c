/* Virtual user mode with nowhere to go when it ends: no stack, a stack that is read-only, one in the
 * hypervisor, one over the border, one that wraps. Each is one event, and no loop.
 *
 * attributes: spaces="1"
 * page-tables: 8
 * restarts: 9
 * ends: stopped
 * faults: 6 #UD, 3 #PF, 1 #GP
 * emulators: qemu bochs
 */
#include "user.h"

__asm__(".text\nu_ud2: ud2\nu_int: int $0x40\nu_call: int $0x82\nu_enter: sysenter\n");
extern char u_ud2[], u_int[], u_call[], u_enter[];

int main(uint32_t starts)
{
    static const struct {
        uint32_t stack;
        const char *code;
    } ways[] = {
        {NOWHERE, u_ud2},           {0x00401000, u_ud2}, {IMAGE + PAGE, u_ud2},
        {HYPERVISOR + 16, u_ud2},   {16, u_ud2},         {0xFFFFFFFF, u_ud2},
        {NOWHERE, (char *)NOWHERE}, {16, (char *)IMAGE}, {0, (char *)HYPERVISOR},
        {NOWHERE, u_int},
    };
    struct bh_user_state s;

    make_user();
    bh_user_vector(0x40, true);
    bh_hypercall(BH_USER_TRAPS, (uint32_t)user_caught, ways[starts].stack, 0, 0, 0);
    s = user_at((uint32_t)ways[starts].code);
    enter_user(&s);
    return -1;
}
