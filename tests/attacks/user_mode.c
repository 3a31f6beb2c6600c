/* Virtual user mode: all that a program can do comes to the partition's own kernel, with every
 * register as it was, and nothing of it to the hypervisor; nothing that the kernel asks for in its
 * state reaches beyond the partition.
 *
 * attributes: spaces="2"
 * page-tables: 8
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "user.h"

/* What user mode runs: one thing each, and its address behind it. */
__asm__(".text\n"
        "u_hypercall: int $0x82\nu_hypercall_end:\n"
        "u_sysenter: sysenter\n"
        "u_cli: cli\n"
        "u_ud2: ud2\n"
        "u_int3: int3\nu_int3_end:\n"
        "u_read: movl (%ebx), %eax\n\tint $0x82\n"
        "u_write: movl %eax, (%ebx)\n\tint $0x82\n"
        "u_flags: pushfl\n\tpopl %eax\n\tint $0x82\n"
        "u_step: nop\nu_step_end: nop\n\tint $0x82\n"
        "u_prefix: .byte 0x66, 0xCD, 0xCD\n"
        "u_loop: jmp u_loop\n"
        ".balign 4\n"
        "u_ints:\n.set n, 0\n.rept 256\n.byte 0xCD, n, 0x0F, 0x0B\n.set n, n + 1\n.endr\n");

extern char u_hypercall[], u_hypercall_end[], u_sysenter[], u_cli[], u_ud2[], u_int3[],
    u_int3_end[], u_read[], u_write[], u_flags[], u_step[], u_step_end[], u_prefix[], u_loop[],
    u_ints[];

static struct bh_user_state at(const char *code)
{
    return user_at((uint32_t)code);
}

/* RF: QEMU 10 sets it in what a hardware interrupt pushes, so a slot's end leaves it in the state. A
 * processor does so in the middle of a string instruction only. */
#define IGNORED_FLAGS (QEMU_VERSION >= 10 ? 0x00010000u : 0)

#define FLAGS 0x00240CD5u /* arithmetic ones, DF, AC, ID */

/* Every number is a system call there, with all registers; not even one that ends us gets through. */
static void hypercalls(void)
{
    for (uint32_t number = 0; number < BH_HYPERCALLS + 2; number++) {
        struct bh_user_state s = at(u_hypercall), wanted;

        s = (struct bh_user_state){USER_SPACE, number, 0xB0 + number, 0xC0, 0xD0, 0x51, 0xD1, 0xEB,
                                   s.esp,      s.eip,  FLAGS,         0x23, 0,    0x23, 0};
        run_user(&s, BH_USER_HYPERCALL, 0x82, "a hypercall");
        wanted = s;
        wanted.eip = (uint32_t)u_hypercall_end;
        wanted.eflags |= 2;
        user_trap.state.eflags &= ~IGNORED_FLAGS;
        check(memcmp(&user_trap.state, &wanted, sizeof wanted) == 0, "the registers", number);
        s.eip = (uint32_t)u_sysenter;
        s.ebp = HYPERVISOR + number;
        run_user(&s, BH_USER_SYSENTER, 0x82, "a sysenter");
        check(user_trap.state.eax == number && user_trap.state.ebx == s.ebx &&
                  user_trap.state.esi == 0x51 && user_trap.state.ebp == s.ebp &&
                  user_trap.state.ecx == 0xC0 && user_trap.state.edx == 0xD0 &&
                  user_trap.state.es == 0x23 && user_trap.state.gs == 0 &&
                  user_trap.state.fs == 0x23,
              "registers at a sysenter", number);
        check(user_trap.state.eip == 0 && user_trap.state.esp == 0, "its EIP", user_trap.state.eip);
    }
}

static bool may_be_allowed(uint32_t vector)
{
    return vector >= 32 && vector <= 255 && vector != 0x82;
}

static void ints(void)
{
    static const uint32_t allowed[] = {32, 0x40, 0x80, 0xCD, 0xF0, 0xFF};

    for (uint32_t vector = 0; vector < 300; vector++)
        check(bh_user_vector(vector, true) == (may_be_allowed(vector) ? BH_OK : BH_EINVAL),
              "BH_USER_VECTOR", vector);
    for (uint32_t vector = 0; vector < 300; vector++)
        bh_user_vector(vector, false);
    for (uint32_t i = 0; i < ARRAY_SIZE(allowed); i++)
        bh_user_vector(allowed[i], true);
    for (uint32_t vector = 0; vector < 256; vector++) {
        struct bh_user_state s = at(u_ints + 4 * vector);
        bool is_allowed = false;

        for (uint32_t i = 0; i < ARRAY_SIZE(allowed); i++)
            is_allowed |= allowed[i] == vector;
        if (vector == 0x82)
            run_user(&s, BH_USER_HYPERCALL, vector, "int 0x82");
        else if (is_allowed)
            run_user(&s, BH_USER_INT, vector, "an allowed int");
        else if (vector == 3 || vector == 4)
            run_user(&s, BH_USER_EXCEPTION, vector, "int3 or into");
        else {
            run_user(&s, BH_USER_EXCEPTION, 13, "int");
            check(user_trap.error == vector * 8 + 2, "its error code", user_trap.error);
            check(user_trap.state.eip == s.eip, "its EIP", user_trap.state.eip);
            continue;
        }
        check(user_trap.state.eip == s.eip + 2, "EIP behind it", user_trap.state.eip);
    }
    {
        struct bh_user_state s = at(u_prefix);

        run_user(&s, BH_USER_EXCEPTION, 13, "int with a prefix");
    }
}

static void fault(const char *code, uint32_t ebx, uint32_t vector, uint32_t error)
{
    struct bh_user_state s = at(code);

    s.ebx = ebx;
    run_user(&s, BH_USER_EXCEPTION, vector, "a fault");
    check(user_trap.error == error, "its error code", user_trap.error);
    check(user_trap.address == (vector == 14 ? ebx : 0), "its address", user_trap.address);
    check(user_trap.state.eip == s.eip, "its EIP", user_trap.state.eip);
}

static void faults(void)
{
    fault(u_cli, 0, 13, 0);
    fault(u_ud2, 0, 6, 0);
    fault(u_read, NOWHERE, 14, 4);
    fault(u_read, BH_CONTROL_PAGE, 14, 4);
    fault(u_write, BH_CONTROL_PAGE, 14, 6);
    fault(u_read, IMAGE, 14, 5);
    fault(u_write, IMAGE, 14, 7);
    fault(u_write, (uint32_t)trap_stack, 14, 7);
    fault((const char *)IMAGE, IMAGE, 14, 5);
    fault((const char *)NOWHERE, NOWHERE, 14, 4);
}

static void flags(void)
{
    struct bh_user_state s = at(u_flags);

    s.eflags = 0xFFFFFFFF & ~0x300u; /* all but TF and the virtual interrupt flag */
    run_user(&s, BH_USER_HYPERCALL, 0x82, "flags");
    check((user_trap.state.eax & ~0x00210000u) == 0x00040ED7, "EFLAGS", user_trap.state.eax);
    s = at(u_step);
    s.eflags = 0x100;
    run_user(&s, BH_USER_EXCEPTION, 1, "single step");
    check(user_trap.state.eip == (uint32_t)u_step_end, "where it stepped to", user_trap.state.eip);
    check(user_trap.state.eflags & 0x100, "TF is lost", user_trap.state.eflags);
    s = at(u_hypercall);
    s.ds = 0xFFFF;
    s.es = 0x28;
    s.fs = 0x10;
    s.gs = 3;
    run_user(&s, BH_USER_HYPERCALL, 0x82, "selectors");
    check(user_trap.state.ds == 0x23 && user_trap.state.es == 0x23 && user_trap.state.fs == 0x23 &&
              user_trap.state.gs == 0,
          "a selector", user_trap.state.gs);
}

/* Virtual interrupts end user mode when its IF is set, and only then. */
static void interrupts(void)
{
    struct bh_user_state s = at(u_hypercall);

    bh_control()->virq_mask = ~(1u << 9);
    bh_control()->virq_pending |= 1u << 9;
    run_user(&s, BH_USER_HYPERCALL, 0x82, "interrupts off");
    check((user_trap.state.eflags & 0x200) == 0, "IF", user_trap.state.eflags);
    check(bh_control()->virq_pending >> 9 & 1, "it is gone", 0);
    s.eflags = 0x200;
    run_user(&s, BH_USER_VIRQ, BH_VIRQ_BASE + 9, "interrupts on");
    check(user_trap.state.eflags & 0x200, "IF", user_trap.state.eflags);
    check(user_trap.state.eip == s.eip, "EIP", user_trap.state.eip);
    check((bh_control()->virq_pending >> 9 & 1) == 0, "it is still there", 0);
    bh_control()->virq_mask = ~1u; /* the timer, in the middle of user code */
    bh_timer(bh_clock_fast() + 60000, 0);
    s = at(u_loop);
    s.eflags = 0x200;
    run_user(&s, BH_USER_VIRQ, BH_VIRQ_BASE, "the timer");
    check(user_trap.state.eip == s.eip, "EIP", user_trap.state.eip);
}

static void refusals(void)
{
    struct bh_user_state s = at(u_hypercall);

    s.space = 3;
    check(enter_user(&s) == BH_EINVAL, "a space that is none", 3);
    s.space = 0xFFFFFFFF;
    check(enter_user(&s) == BH_EINVAL, "a space that is none", s.space);
    check(bh_user_enter((const struct bh_user_state *)NOWHERE) == BH_EFAULT, "no state", 0);
    check(bh_user_enter((const struct bh_user_state *)(HYPERVISOR - 4)) == BH_EFAULT, "border", 0);
    check(bh_user_enter((const struct bh_user_state *)0xFFFFFFF0) == BH_EFAULT, "wrapping", 0);
    check(bh_user_enter((const struct bh_user_state *)IMAGE) == BH_EFAULT, "hypervisor", 0);
    check(bh_hypercall(BH_USER_ENTER, (uint32_t)&s, 0, 0, 0, 0) == BH_EINVAL, "by sysenter", 0);
    check(bh_hypercall(BH_USER_TRAPS, HYPERVISOR, 0, 0, 0, 0) == BH_EINVAL, "handler", 0);
    check(bh_hypercall(BH_USER_TRAPS, 0, 0, 0, 0, 0) == BH_OK, "no handler", 0);
    s = at(u_hypercall);
    check(enter_user(&s) == BH_EINVAL, "without a handler", 0);
}

int main(uint32_t starts)
{
    (void)starts;
    make_user();
    hypercalls();
    ints();
    faults();
    flags();
    interrupts();
    refusals();
    return 0;
}
