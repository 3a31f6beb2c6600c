/* Example 15: a partition as an operating system: it runs a program in virtual user mode, in an
 * address space of the program's own. What the program cannot do itself, it asks for with
 * `int $0x80`; what it may not do comes to its kernel as a trap. */
#include "guests/examples/example.h"

enum {
    PROGRAM_SPACE = 1,
    SYSTEM_CALL = 0x80,
    ADD = 1,  /* EBX and ECX */
    EXIT = 2, /* with EBX */
    MAIN_PAGES = 16,
};

#define PROGRAM_STACK 0x20000000u

static uint32_t secret = 4711; /* the kernel's: the program may read it, and not write it */
static uint8_t kernel_stack[4096] __attribute__((aligned(16)));
static uint32_t calls, faults;

/* The program. It has this code, read-only, and a page for its stack; and no way out but `int`. */
__asm__(".text\n"
        "program:\n\t"
        "movl $1, %eax\n\tmovl $40, %ebx\n\tmovl $2, %ecx\n\tint $0x80\n\t"
        "pushl %eax\n\t"
        "movl $0, secret_of_kernel\n\t" /* 10 bytes */
        "int $0x82\n\t"                 /* a hypercall: not for programs */
        "popl %ebx\n\tmovl $2, %eax\n\tint $0x80\n\t"
        "ud2\n"
        ".set secret_of_kernel, secret\n");
extern char program[];

static void system_call(struct bh_user_trap *trap)
{
    calls++;
    if (trap->state.eax == ADD) {
        trap->state.eax = trap->state.ebx + trap->state.ecx;
        return;
    }
    EXPECT(trap->state.eax == EXIT && trap->state.ebx == 42);
    EXPECT(calls == 2 && faults == 2 && secret == 4711);
    printf("the program ended with %u\n", trap->state.ebx);
    guest_flush();
    bh_halt(0);
}

/* Everything that the program does besides computing. When this returns, the program goes on. */
static void kernel(struct bh_user_trap *trap)
{
    EXPECT(trap->state.space == PROGRAM_SPACE);
    if (trap->kind == BH_USER_INT && trap->vector == SYSTEM_CALL) {
        system_call(trap);
        return;
    }
    faults++;
    if (faults == 1) {
        EXPECT(trap->kind == BH_USER_EXCEPTION && trap->vector == 14);
        EXPECT(trap->address == (uint32_t)&secret);
        trap->state.eip += 10;
    } else {
        EXPECT(trap->kind == BH_USER_HYPERCALL); /* EIP is behind it */
    }
}

int main(uint32_t starts)
{
    struct bh_user_state state = {
        .space = PROGRAM_SPACE,
        .eip = (uint32_t)program,
        .esp = PROGRAM_STACK + 0x1000,
        .ds = 0x23,
        .es = 0x23,
    };
    uint32_t in_space = BH_IN_SPACE(PROGRAM_SPACE);
    struct bh_area spare;

    (void)starts;
    EXPECT(bh_area("spare", &spare) == BH_OK);
    EXPECT(bh_map((void *)0x00400000, 0, 0, MAIN_PAGES, BH_READ | in_space) == BH_OK);
    EXPECT(bh_map((void *)PROGRAM_STACK, spare.index, 0, 1, BH_READ | BH_WRITE | in_space) ==
           BH_OK);
    EXPECT(bh_user_traps_set(kernel, kernel_stack + sizeof kernel_stack) == BH_OK);
    EXPECT(bh_user_vector(SYSTEM_CALL, true) == BH_OK);
    EXPECT(bh_user_enter(&state) == BH_OK); /* it does not come back from here, but to kernel() */
    return -1;
}
