/* Not an attack: the neighbour. In each of its slots it looks whether all that is its own is as it
 * left it: its memory, its registers, its FPU and SSE registers; and it says so in a line. */
#include "attack.h"

static uint32_t *const pattern = (uint32_t *)0x00800000;

enum { WORDS = 4096 };

/* The judge computes the same from outside (test_attacks.py). */
static uint32_t expected(uint32_t i)
{
    return i * 2654435761u ^ 0x5EED5EEDu;
}

static uint32_t check_pattern(void)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < WORDS; i++)
        wrong += pattern[i] != expected(i);
    return wrong;
}

/* Holds known values in all registers for a while. Returns how many came out different. */
static uint32_t check_registers(void)
{
    uint32_t wrong;

    __asm__ volatile("pushl %%ebp\n\t"
                     "movl $0x11111111, %%eax\n\tmovl $0x22222222, %%ebx\n\t"
                     "movl $0x33333333, %%edx\n\tmovl $0x44444444, %%esi\n\t"
                     "movl $0x55555555, %%edi\n\tmovl $0x66666666, %%ebp\n\t"
                     "movl $20000, %%ecx\n"
                     "1:\tdecl %%ecx\n\tjnz 1b\n\t"
                     "cmpl $0x11111111, %%eax\n\tje 2f\n\tincl %%ecx\n"
                     "2:\tcmpl $0x22222222, %%ebx\n\tje 2f\n\tincl %%ecx\n"
                     "2:\tcmpl $0x33333333, %%edx\n\tje 2f\n\tincl %%ecx\n"
                     "2:\tcmpl $0x44444444, %%esi\n\tje 2f\n\tincl %%ecx\n"
                     "2:\tcmpl $0x55555555, %%edi\n\tje 2f\n\tincl %%ecx\n"
                     "2:\tcmpl $0x66666666, %%ebp\n\tje 2f\n\tincl %%ecx\n"
                     "2:\tpopl %%ebp"
                     : "=c"(wrong)
                     :
                     : "eax", "ebx", "edx", "esi", "edi", "cc", "memory");
    return wrong;
}

/* The state of FPU and SSE, as fxsave writes it: 288 bytes are registers and control words. */
struct state {
    uint32_t words[128];
} __attribute__((aligned(16)));

static struct state known, now;

static void save(struct state *s)
{
    __asm__ volatile("fxsave %0" : "=m"(*s));
}

static void fill_fpu(void)
{
    static const uint32_t words[4] = {0x01234567, 0x89ABCDEF, 0x02468ACE, 0x13579BDF};

    __asm__ volatile("fninit\n\tfldpi\n\tfldl2e\n\tfld1\n\tfldlg2\n\tfldln2\n\tfldz\n\t"
                     "movups %0, %%xmm0\n\tmovups %0, %%xmm3\n\tmovups %0, %%xmm7"
                     :
                     : "m"(words));
    save(&known);
}

static uint32_t check_fpu(void)
{
    save(&now);
    __asm__ volatile("fwait"); /* a neighbour's pending error would come here */
    return (uint32_t)(memcmp(now.words, known.words, 8) != 0) +
           (uint32_t)(memcmp(now.words + 6, known.words + 6, 264) != 0);
}

static volatile uint32_t slots;

static void slot(struct bh_trap *trap)
{
    (void)trap;
    slots++;
}

int main(uint32_t starts)
{
    uint32_t segments[4], reported = 0;

    check(starts == 0, "the victim was started again", starts);
    for (uint32_t i = 0; i < WORDS; i++)
        pattern[i] = expected(i);
    fill_fpu();
    bh_virq_handler_set(BH_VIRQ_SLOT, slot);
    bh_virq_enable();
    for (;;) {
        uint32_t memory = check_pattern(), registers = check_registers(), fpu = check_fpu();

        __asm__ volatile("movl %%ds, %0\n\tmovl %%es, %1\n\tmovl %%fs, %2\n\tmovl %%gs, %3"
                         : "=r"(segments[0]), "=r"(segments[1]), "=r"(segments[2]),
                           "=r"(segments[3]));
        for (uint32_t i = 0; i < 4; i++)
            check(segments[i] == 0x23, "the victim's segment", segments[i]);
        if (memory || registers || fpu) {
            printf("BROKEN: %u words, %u registers, %u FPU\n", memory, registers, fpu);
            return -1;
        }
        if (reported == slots)
            continue;
        check(slots == ++reported, "the victim lost a slot", slots);
        printf("slot %u: all well\n", reported);
    }
}
