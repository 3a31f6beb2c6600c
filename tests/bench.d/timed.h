/* What the meters share: a hypercall between two readings of the TSC. */
#ifndef TIMED_H
#define TIMED_H

#include "lib/guest.h"

enum { ROUNDS = 4 };

/* A hypercall with its arguments, as the assembly below reads it. */
struct call {
    uint32_t number, a, b, c, d, e;
};

/* timed_call(call): ticks from the instruction before `int` to the one behind it, that rdtsc
 * included; timed_nothing(call): the same instructions without the `int`. */
uint32_t timed_call(const struct call *call);
uint32_t timed_nothing(const struct call *call);

#define TIMED(name, instruction)                                                     \
    __asm__(".text\n" #name ":\n\t"                                                  \
            "pushl %ebx\n\tpushl %esi\n\tpushl %edi\n\tpushl %ebp\n\t"               \
            "movl 20(%esp), %ebp\n\t"                                                \
            "movl 4(%ebp), %ebx\n\tmovl 8(%ebp), %ecx\n\tmovl 16(%ebp), %esi\n\t"    \
            "movl 20(%ebp), %edi\n\t"                                                \
            "rdtsc\n\t"                                                              \
            "pushl %eax\n\tmovl 12(%ebp), %edx\n\tmovl (%ebp), %eax\n\t" instruction \
            "\n\trdtsc\n\t"                                                          \
            "popl %edx\n\tsubl %edx, %eax\n\t"                                       \
            "popl %ebp\n\tpopl %edi\n\tpopl %esi\n\tpopl %ebx\n\tret\n")

TIMED(timed_call, "int $0x82");
TIMED(timed_nothing, "");

static void report(const char *name, uint32_t most)
{
    printf("bench %s %u\n", name, most);
}

static uint32_t most_of(uint32_t (*timed)(const struct call *), const struct call *call)
{
    uint32_t most = 0;

    for (int i = 0; i < ROUNDS; i++) {
        uint32_t ticks = timed(call);

        if (ticks > most)
            most = ticks;
    }
    return most;
}

/* What the call itself costs. */
static uint32_t cost(const struct call *call)
{
    uint32_t nothing = most_of(timed_nothing, call);

    return most_of(timed_call, call) - nothing;
}

#endif
