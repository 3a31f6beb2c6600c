/* `sysenter` with odd flags, null and garbage segments, and stack pointers that are none: the
 * hypercall is done and comes back where BH_SYSENTER said, with clean segments and flags.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

/* What one `sysenter` is made with, and what it comes back with. */
struct enter {
    uint32_t eax, ebx, ecx, edx, esi, edi, ebp, eflags, segment;
    uint32_t esp_after, ebp_after, eflags_after, ds_after, es_after, fs_after, gs_after;
};

void enter(struct enter *e);
void enter_return(void);

__asm__(".bss\nenter_esp: .skip 4\nenter_which: .skip 4\n.text\n"
        "enter:\n\t"
        "pushal\n\tmovl 36(%esp), %ebp\n\tmovl %ebp, enter_which\n\tmovl %esp, enter_esp\n\t"
        "movl (%ebp), %eax\n\tmovl 4(%ebp), %ebx\n\tmovl 8(%ebp), %ecx\n\tmovl 12(%ebp), %edx\n\t"
        "movl 16(%ebp), %esi\n\tmovl 20(%ebp), %edi\n\t"
        "pushl 28(%ebp)\n\tpushl 24(%ebp)\n\t"
        "movw 32(%ebp), %fs\n\tmovw 32(%ebp), %gs\n\tmovw 32(%ebp), %ds\n\tmovw %fs, %bp\n\t"
        "movw %bp, %es\n\tpopl %ebp\n\tpopfl\n\t"
        "sysenter\n"
        "enter_return:\n\t"
        "movl %ss:enter_which, %ecx\n\t"
        "movl %esp, %ss:36(%ecx)\n\tmovl %ebp, %ss:40(%ecx)\n\t"
        "movl %ss:enter_esp, %esp\n\t"
        "pushfl\n\tpopl %ss:44(%ecx)\n\t"
        "pushl $2\n\tpopfl\n\t"
        "movl %ds, %edx\n\tmovl %edx, %ss:48(%ecx)\n\tmovl %es, %edx\n\tmovl %edx, %ss:52(%ecx)\n\t"
        "movl %fs, %edx\n\tmovl %edx, %ss:56(%ecx)\n\tmovl %gs, %edx\n\tmovl %edx, %ss:60(%ecx)\n\t"
        "movl %eax, %ss:(%ecx)\n\tmovl %ebx, %ss:4(%ecx)\n\t"
        "movl %esi, %ss:16(%ecx)\n\tmovl %edi, %ss:20(%ecx)\n\t"
        "movl $0x23, %edx\n\tmovl %edx, %fs\n\tmovl %edx, %gs\n\tpopal\n\tret\n");

static const uint32_t flags[] = {2,     0x402,    0x4002, 0x40002, 0x200002,
                                 0x8D7, 0x244CD7, 0x102,  0x244DD7};
static const uint32_t stacks[] = {0,          4,     0x400000,   NOWHERE,   HYPERVISOR - 4,
                                  HYPERVISOR, IMAGE, 0xFFFFFFFF, 0xBFFFF000};
static const uint32_t segments[] = {0x23, 0, 0x1B, 0x20};

static void one(uint32_t number, uint32_t eflags, uint32_t stack, uint32_t segment)
{
    struct enter e = {number,  0xB, 0xC, 0xD, 0x51, 0xD1, stack, eflags,
                      segment, 0,   0,   0,   0,    0,    0,     0};

    enter(&e);
    check((int32_t)e.eax == (number == BH_NULL  ? BH_OK
                             : number == BH_MAP ? BH_ESIZE
                                                : BH_ENOSYS),
          "result", e.eax);
    check(e.ebx == 0xB && e.esi == 0x51 && e.edi == 0xD1, "registers", e.ebx);
    check(e.esp_after == stack && e.ebp_after == stack, "ESP", e.esp_after);
    check((e.eflags_after & 0x00047500) == 0 && e.eflags_after & 0x200, "flags", e.eflags_after);
    check((e.ds_after & 0xFFFF) == 0x23 && (e.es_after & 0xFFFF) == 0x23, "DS", e.ds_after);
    check((e.fs_after & 0xFFFF) == segment && (e.gs_after & 0xFFFF) == segment, "FS", e.fs_after);
}

static volatile uint32_t interrupts;

static void on_virq(struct bh_trap *trap)
{
    (void)trap;
    interrupts++;
}

/* What is pending is done on the way out, and the frame is whole then. */
static void pending(void)
{
    struct enter e = {BH_VIRQ_CHECK, 1, 2, 3, 4, 5, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0};
    static uint32_t stack[64];

    bh_virq_handler_set(9, on_virq);
    bh_control()->virq_mask = ~(1u << 9);
    bh_control()->virq_pending |= 1u << 9;
    bh_control()->virq_enabled = 1;
    e.ebp = (uint32_t)&stack[60];
    enter(&e);
    check(interrupts == 1 && e.eax == 0, "a virtual interrupt behind sysenter", interrupts);
    check(e.ebx == 1 && e.esi == 4 && e.edi == 5 && e.ebp_after == (uint32_t)&stack[60], "regs", 0);
    bh_control()->virq_enabled = 0;
}

int main(uint32_t starts)
{
    static const uint32_t numbers[] = {BH_NULL, BH_HYPERCALLS, 0xFFFFFFFF, BH_MAP};

    (void)starts;
    if (!(bh_control()->features & BH_FEATURE_SYSENTER))
        return 0;
    bh_way = bh_way_int; /* all else of this partition */
    check(bh_hypercall(BH_SYSENTER, HYPERVISOR, 0, 0, 0, 0) == BH_EINVAL, "hypervisor", 0);
    check(bh_hypercall(BH_SYSENTER, 0xFFFFFFFF, 0, 0, 0, 0) == BH_EINVAL, "hypervisor", 1);
    check(bh_hypercall(BH_SYSENTER, (uint32_t)enter_return, 0, 0, 0, 0) == BH_OK, "set", 0);
    for (uint32_t i = 0; i < ARRAY_SIZE(numbers); i++)
        for (uint32_t f = 0; f < ARRAY_SIZE(flags); f++)
            for (uint32_t s = 0; s < ARRAY_SIZE(stacks); s++)
                one(numbers[i], flags[f], stacks[s], segments[(f + s) % ARRAY_SIZE(segments)]);
    pending();
    return 0;
}
