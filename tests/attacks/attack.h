/* What attacks share: a way to try something and live on, and numbers that keep coming out the
 * same.
 *
 * An attack returns 0 when all of its attempts were stopped, and halts with a negative result when
 * one got through; that fails the whole boot. */
#ifndef ATTACK_H
#define ATTACK_H

#include "lib/guest.h"

#define HYPERVISOR 0xC0000000u /* where its part of every address space begins */
#define IMAGE 0xC0100000u      /* its code and data */
#define VICTIM 0x01000000u /* physical address of the victim's pattern (the system description) */
#define PAGE 0x1000u
#define NOWHERE 0x30000000u /* an address where nothing is mapped */

/* The last trap that attempt() caught. */
struct caught {
    uint32_t count, vector, error, address, eip, eflags, esp;
};
extern volatile struct caught caught;

/* The catcher. The hypervisor enters catch_trap with a struct bh_trap_return on the stack; it takes
 * that off, makes segments and flags usable again, and goes on behind attempt()'s call. */
__asm__(".bss\n"
        "caught: .skip 28\n"
        "resume_esp: .skip 4\n"
        ".text\n"
        "catch_trap:\n\t"
        "pushl $0x23\n\tpopl %ds\n\tpushl $0x23\n\tpopl %es\n\t"
        "incl caught\n\t"
        "popl caught+4\n\tpopl caught+8\n\tpopl caught+12\n\t"
        "popl caught+16\n\tpopl caught+20\n\tpopl caught+24\n\t"
        "pushl $2\n\tpopfl\n"
        "resume:\n\t"
        "movl resume_esp, %esp\n\t"
        "popal\n\t"
        "ret\n"
        /* attempt_one(what, argument): calls what(argument), and returns after a trap as well. */
        "attempt_one:\n\t"
        "pushal\n\t"
        "movl %esp, resume_esp\n\t"
        "movl 36(%esp), %eax\n\t"
        "pushl 40(%esp)\n\t"
        "call *%eax\n\t"
        "jmp resume\n");

void catch_trap(void);
void attempt_one(void (*what)(uint32_t argument), uint32_t argument);

/* Takes all the traps that a partition may have. */
static inline void catch_all(void)
{
    for (uint32_t vector = 0; vector < BH_TRAPS; vector++)
        bh_hypercall(BH_TRAP_HANDLER, vector, (uint32_t)catch_trap, 0, 0, 0);
}

/* The attack got through, or something else is not as it has to be. */
static inline void __attribute__((noreturn)) broken(const char *what, uint32_t value)
{
    printf("BROKEN: %s (0x%08x); last trap %u error 0x%x address 0x%08x eip 0x%08x\n", what, value,
           caught.vector, caught.error, caught.address, caught.eip);
    bh_halt(-1);
}

static inline void check(bool good, const char *what, uint32_t value)
{
    if (!good)
        broken(what, value);
}

/* Tries what(argument), which has to end in a trap of this vector. catch_all() came before. */
static inline void must_trap(uint32_t vector, void (*what)(uint32_t argument), uint32_t argument,
                             const char *name)
{
    uint32_t before = caught.count;

    attempt_one(what, argument);
    check(caught.count == before + 1 && caught.vector == vector, name, argument);
}

/* Tries what(argument), which must not trap. */
static inline void must_not_trap(void (*what)(uint32_t argument), uint32_t argument,
                                 const char *name)
{
    uint32_t before = caught.count;

    attempt_one(what, argument);
    check(caught.count == before, name, argument);
}

/* Xorshift: the same numbers in every run. */
static inline uint32_t random_word(void)
{
    static uint32_t state = 2463534242u;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static inline void spin(uint32_t rounds)
{
    for (volatile uint32_t i = 0; i < rounds; i++)
        ;
}

#endif
