/* core: chapter 3's demonstration. One handler behind two kinds of gate, a breakpoint that goes on,
 * a timer that agrees with the clock, interrupts that are none, and on request (`fault=pf`) an
 * exception that nobody handles, for its report. Later chapters drop this file. */
#include "core/demo_traps.h"

#include "core/clock.h"
#include "core/cmdline.h"
#include "core/trap.h"
#include "hw/cpu.h"
#include "hw/gdt.h"
#include "hw/idt.h"
#include "hw/pit.h"
#include "klib/math64.h"
#include "klib/panic.h"
#include "klib/printf.h"

enum {
    VECTOR_INTERRUPT_GATE = 0x50,
    VECTOR_TRAP_GATE = 0x51,
    LATCH = 11932, /* about 100 interrupts a second */
    TICKS = 10,
    TOLERANCE_NS = 100000, /* for all of them */
};

static volatile uint32_t ticks;   /* IRQ 0s so far */
static volatile bool inside_gate; /* is the gates' handler running? */
static volatile uint32_t nested;  /* IRQ 0s that came while it was */

static void tick(void)
{
    ticks++;
    if (inside_gate)
        nested++;
}

/* Behind either gate: how is IF, and does the timer get through within 25 ms? */
static void gate_handler(struct trap_frame *frame)
{
    uint64_t end = clock_now() + 25 * 1000 * NS_PER_US;

    nested = 0;
    inside_gate = true;
    while (clock_now() < end && !nested)
        ;
    inside_gate = false;
    printf("  vector 0x%x, %s gate: IF=%u outside, IF=%u inside, the timer %s\n", frame->vector,
           (idt[frame->vector].type & 0xF) == GATE_TRAP ? "trap" : "interrupt",
           !!(frame->eflags & EFLAGS_IF), !!(cpu_eflags() & EFLAGS_IF), nested ? "nests" : "waits");
}

static void show_gates(void)
{
    printf("One handler behind two gates:\n");
    trap_set_handler(VECTOR_INTERRUPT_GATE, gate_handler);
    trap_set_handler(VECTOR_TRAP_GATE, gate_handler);
    idt_set_gate(VECTOR_INTERRUPT_GATE, GATE_INTERRUPT, 0);
    idt_set_gate(VECTOR_TRAP_GATE, GATE_TRAP, 0);
    __asm__ volatile("int %0" : : "i"(VECTOR_INTERRUPT_GATE) : "memory");
    __asm__ volatile("int %0" : : "i"(VECTOR_TRAP_GATE) : "memory");
}

static void breakpoint(struct trap_frame *frame)
{
    printf("  %s: the next instruction is at 0x%08x\n", trap_name(frame->vector), frame->eip);
}

/* The demonstration's one int3; a label lets a debugger or a test find it. */
static void show_breakpoint(void)
{
    printf("A breakpoint:\n");
    trap_set_handler(TRAP_BREAKPOINT, breakpoint);
    __asm__ volatile(".global demo_breakpoint\ndemo_breakpoint:\n\tint3" : : : "memory");
    printf("  and on we go\n");
}

/* Sleeps until the next tick. The test and `hlt` belong together: an interrupt between the two
 * would be the one that we wait for, and nothing would wake us. So IF is off at the test; `sti`
 * takes effect only behind the instruction that follows it, and that is `hlt`.
 * @return the time then, in ns */
static uint64_t next_tick(void)
{
    uint32_t seen = ticks;

    cpu_interrupts_off();
    while (ticks == seen)
        __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
    cpu_interrupts_on();
    return clock_now();
}

/* The PIT ticks, the TSC clock is asked how long that took. From tick to tick, not from now.
 *
 * A clock that is wrong is wrong evenly, tick for tick. Where the ticks come unevenly, somebody
 * else has had the processor: a host that is busy, or the firmware. */
static void show_ticks(void)
{
    uint64_t expected = div64((uint64_t)TICKS * LATCH * NS_PER_SECOND, PIT_HZ, NULL);
    uint64_t start = next_tick(), last = start, shortest = UINT64_MAX, longest = 0, ns;

    for (uint32_t i = 0; i < TICKS; i++) {
        uint64_t now = next_tick(), interval = now - last;

        shortest = interval < shortest ? interval : shortest;
        longest = interval > longest ? interval : longest;
        last = now;
    }
    ns = last - start;
    printf("%u ticks of the PIT took %llu us by the clock, and should take %llu us.\n", TICKS,
           div64(ns, NS_PER_US, NULL), div64(expected, NS_PER_US, NULL));
    if (ns <= expected + TOLERANCE_NS && ns >= expected - TOLERANCE_NS)
        return;
    if (longest - shortest > TOLERANCE_NS / TICKS)
        printf(
            "They came unevenly, %llu to %llu us apart: something else has this machine's time,\n"
            "such as a busy host. So this shows nothing.\n",
            div64(shortest, NS_PER_US, NULL), div64(longest, NS_PER_US, NULL));
    else
        panic("the ticks and the clock disagree: %llu ns for %llu ns", ns, expected);
}

/* A spurious interrupt is one that the controller does not count as in service; an `int` to its
 * vector looks just so. */
static void show_spurious(void)
{
    __asm__ volatile("int %0" : : "i"(IDT_IRQ_BASE + 7) : "memory");
    __asm__ volatile("int %0" : : "i"(IDT_IRQ_BASE + 15) : "memory");
    printf("Spurious interrupts seen at IRQ 7 and 15: %u.\n", irq_spurious_count());
}

/* ---- faults on request ---- */

static void raise_de(void)
{
    __asm__ volatile("xorl %%edx, %%edx\n\tdivl %0" : : "r"(0), "a"(1) : "edx", "cc");
}

static void raise_db(void)
{
    __asm__ volatile("pushfl\n\torl %0, (%%esp)\n\tpopfl\n\tnop"
                     :
                     : "i"(EFLAGS_TF)
                     : "cc", "memory");
}

static void raise_bp(void)
{
    __asm__ volatile("int3");
}

static void raise_of(void)
{
    __asm__ volatile("movb $0x7F, %%al\n\taddb $1, %%al\n\tinto" : : : "eax", "cc");
}

static void raise_br(void)
{
    static const int32_t bounds[2] = {0, 9};

    /* boundl %eax, (%ecx): the two assemblers disagree about the order of its operands. */
    __asm__ volatile(".byte 0x62, 0x01" : : "a"(10), "c"(bounds), "m"(bounds));
}

static void raise_ud(void)
{
    __asm__ volatile("ud2");
}

static void raise_nm(void)
{
    cpu_set_cr0(cpu_cr0() | CR0_TS);
    __asm__ volatile("fnop");
}

/* A stack where no page is: the page fault cannot be pushed, and neither can anything else. */
static void raise_df(void)
{
    __asm__ volatile("movl $0x1000, %esp\n\tpushl $0");
}

/* A selector whose descriptor is not present; the last of the GDT serves. */
static void raise_np(void)
{
    gdt_set(SELECTOR_RING1_DATA & ~3, 0, 0xFFFFFFFF, SEGMENT_DATA);
    __asm__ volatile("movw %w0, %%es" : : "r"(SELECTOR_RING1_DATA & ~3));
}

static void raise_ss(void)
{
    gdt_set(SELECTOR_RING1_DATA & ~3, 0, 0xFFFFFFFF, SEGMENT_DATA);
    __asm__ volatile("movw %w0, %%ss" : : "r"(SELECTOR_RING1_DATA & ~3));
}

static void raise_ts(void)
{
    /* iret with NT returns to the task that the back link names: none. */
    __asm__ volatile("pushl %0\n\tpopfl\n\tiret" : : "i"(EFLAGS_NT | EFLAGS_ONE) : "cc", "memory");
}

static void raise_gp(void)
{
    __asm__ volatile("movw %w0, %%es" : : "r"(GDT_ENTRIES * 8 + 8));
}

static void raise_pf(void)
{
    *(volatile uint32_t *)0xDEAD0000 = 1;
}

static void raise_null(void)
{
    __asm__ volatile("movl 0, %%eax" : : : "eax");
}

static void raise_jump(void)
{
    __asm__ volatile("jmp *%0" : : "r"(0x00400000));
}

/* 1/0 with the exception unmasked; the FPU reports it at the next FPU instruction. */
static void raise_mf(void)
{
    uint16_t control = 0x37B; /* all masked but zero divide */

    __asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tfwait" : : "m"(control));
}

static void raise_xm(void)
{
    uint32_t mxcsr = 0x1D80; /* all masked but zero divide */
    static const float one[4] = {1, 1, 1, 1};

    cpu_set_cr4(cpu_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
    __asm__ volatile(
        "ldmxcsr %0\n\tmovups %1, %%xmm0\n\txorps %%xmm1, %%xmm1\n\tdivps %%xmm1, %%xmm0"
        :
        : "m"(mxcsr), "m"(one));
}

static const struct fault {
    const char *name;
    void (*raise)(void);
} faults[] = {
    {"de", raise_de},     {"db", raise_db}, {"bp", raise_bp}, {"of", raise_of},
    {"br", raise_br},     {"ud", raise_ud}, {"nm", raise_nm}, {"df", raise_df},
    {"ts", raise_ts},     {"np", raise_np}, {"ss", raise_ss}, {"gp", raise_gp},
    {"pf", raise_pf},     {"mf", raise_mf}, {"xm", raise_xm}, {"null", raise_null},
    {"jump", raise_jump},
};

static void raise_fault(const char *name)
{
    for (uint32_t i = 0; i < ARRAY_SIZE(faults); i++) {
        if (!cmdline_equal(name, faults[i].name))
            continue;
        faults[i].raise();
        panic("fault=%s was raised, and no exception came (QEMU's TCG has no #XM)", faults[i].name);
    }
    printf("fault= takes one of:");
    for (uint32_t i = 0; i < ARRAY_SIZE(faults); i++)
        printf(" %s", faults[i].name);
    panic("no such fault");
}

void demo_traps(void)
{
    if (cmdline_value("fault"))
        raise_fault(cmdline_value("fault"));
    irq_set_handler(0, tick);
    pit_start_periodic(LATCH);
    cpu_interrupts_on();
    show_gates();
    show_breakpoint();
    show_ticks();
    show_spurious();
    cpu_interrupts_off();
}
