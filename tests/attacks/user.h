/* Virtual user mode for attacks: enter_user() returns when something ended it. */
#ifndef USER_H
#define USER_H

#include "attack.h"

#define USER_SPACE 1u

extern struct bh_user_trap user_trap; /* the last one */
extern volatile uint32_t user_segments[4];

/* enter_user(state): 0, and user_trap tells; or the error. */
int32_t enter_user(const struct bh_user_state *state);
void user_caught(void);

__asm__(".bss\n.balign 4\n"
        "user_trap: .skip 76\n"
        "user_segments: .skip 16\n"
        "user_resume: .skip 4\n"
        ".text\n"
        "user_caught:\n\t"
        "movw %ds, user_segments\n\tmovw %es, user_segments+4\n\t"
        "movw %fs, user_segments+8\n\tmovw %gs, user_segments+12\n\t"
        "movl %esp, %esi\n\tmovl $user_trap, %edi\n\tmovl $19, %ecx\n\trep movsl\n\t"
        "xorl %eax, %eax\n"
        "1:\tmovl user_resume, %esp\n\t"
        "popl %ebp\n\tpopl %edi\n\tpopl %esi\n\tpopl %ebx\n\tret\n"
        "enter_user:\n\t"
        "movl 4(%esp), %edx\n\t"
        "pushl %ebx\n\tpushl %esi\n\tpushl %edi\n\tpushl %ebp\n\t"
        "movl %esp, user_resume\n\t"
        "movl %edx, %ebx\n\tmovl $23, %eax\n\tint $0x82\n\tjmp 1b\n");

static char user_stack[PAGE] __attribute__((aligned(4096)));
static char trap_stack[PAGE] __attribute__((aligned(4096)));

static void add_page(uint32_t space, uint32_t address, uint32_t rights)
{
    check(bh_map((void *)address, 0, address - 0x400000, 1, rights | BH_IN_SPACE(space)) == BH_OK,
          "map", address);
}

/* The image for user mode to read and execute, and a stack. The control page is not there. */
static void make_user(void)
{
    for (uint32_t address = 0x400000; address < 0x410000; address += PAGE)
        add_page(USER_SPACE, address, BH_READ);
    add_page(USER_SPACE, (uint32_t)user_stack, BH_READ | BH_WRITE);
    check(bh_hypercall(BH_USER_TRAPS, (uint32_t)user_caught, (uint32_t)trap_stack + PAGE, 0, 0,
                       0) == BH_OK,
          "traps", 0);
}

static struct bh_user_state user_at(uint32_t eip)
{
    return (struct bh_user_state){
        .space = USER_SPACE,
        .esp = (uint32_t)user_stack + PAGE,
        .eip = eip,
        .ds = 0x23,
        .es = 0x23,
        .fs = 0x23,
        .gs = 0x23,
    };
}

/* Runs user code; what ends it must be this. */
static inline void run_user(const struct bh_user_state *state, uint32_t kind, uint32_t vector,
                            const char *what)
{
    int32_t result;

    memset(&user_trap, 0xEE, sizeof user_trap);
    result = enter_user(state);
    check(result == 0, what, (uint32_t)result);
    check(user_trap.kind == kind, what, user_trap.kind);
    check(user_trap.vector == vector, what, user_trap.vector);
    check(user_trap.state.space == state->space, what, user_trap.state.space);
    for (uint32_t i = 0; i < 4; i++)
        check((user_segments[i] & 0xFFFF) == 0x23, "a segment of ours", user_segments[i]);
    check(bh_control()->virq_enabled == 0, "virtual interrupts are on", 0);
}

#endif
