/* guests: what mini-os runs: two programs. They share the image's code, which they can read and no
 * more, and have nothing to write to but their stacks: no variable of theirs is static. */
#include "guests/mini-os/mini_os.h"

enum {
    ROUNDS = 4,
    WORK = 600000, /* two ticks on a fast machine, many on a slow one */
    DEPTH = 40,
    FRAME = 512,
};

static int32_t call(enum syscall number, uint32_t a, uint32_t b)
{
    int32_t result;

    __asm__ volatile("int %[vector]"
                     : "=a"(result)
                     : "0"(number), "b"(a), "c"(b), [vector] "i"(SYSCALL_VECTOR)
                     : "memory");
    return result;
}

static void say(const char *text)
{
    call(SYS_WRITE, (uint32_t)text, (uint32_t)strlen(text));
}

static void __attribute__((noreturn)) leave(int32_t code)
{
    for (;;)
        call(SYS_EXIT, (uint32_t)code, 0);
}

/* Computes in a register for so long that ticks come in the middle of it. */
static uint32_t work(uint32_t rounds)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < rounds; i++)
        __asm__ volatile("addl %1, %0" : "+r"(sum) : "r"(i));
    return sum;
}

void program_counter(void)
{
    const uint32_t wanted = work(WORK);

    for (uint32_t i = 1; i <= ROUNDS; i++) {
        int32_t before = call(SYS_TICKS, 0, 0);
        char line[64];

        call(SYS_SLEEP, 2, 0);
        if (call(SYS_TICKS, 0, 0) < before + 2)
            leave(1);
        if (work(WORK) != wanted)
            leave(2);
        snprintf(line, sizeof line, "counter: round %u of %u\n", i, ROUNDS);
        say(line);
    }
    if (call(SYS_WRITE, 0xC0000000, 4) != -1 || call(SYS_WRITE, STACK_TOP - 4, 8) != -1 ||
        call(99, 0, 0) != -1)
        leave(3);
    leave(0);
}

/* Each level has half a kilobyte of its own. */
static uint32_t deep(uint32_t level)
{
    volatile uint8_t mine[FRAME];
    uint32_t sum;

    __asm__ volatile("" : : "r"(mine) : "memory"); /* all of it is used, as far as C knows */
    mine[0] = (uint8_t)level;
    mine[FRAME - 1] = (uint8_t)level;
    if (level == DEPTH)
        return 0;
    sum = deep(level + 1) + mine[0];
    return mine[FRAME - 1] == level ? sum : 0;
}

void program_stack(void)
{
    char line[64];

    if (work(WORK) + work(WORK) != 2 * work(WORK))
        leave(1);
    snprintf(line, sizeof line, "stack: the sum is %u\n", deep(0));
    say(line);
    say("stack: and now for what is not mine\n");
    *(volatile uint32_t *)&ticks = 0; /* the kernel's: it is not even mapped here */
    leave(2);
}
