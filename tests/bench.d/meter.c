/* What a partition can measure from inside: the ticks of the TSC between its own instruction before
 * something and its own instruction behind it. A tick is an instruction (QEMU's -icount, Bochs).
 * Prints `bench NAME TICKS`: the most of a few rounds, so that nothing that happens once is hidden.
 */
#include "timed.h"

#define WINDOW 0x10000000u
#define PAGE 0x1000u

/* The handler of the virtual interrupt that timed_virq() raises: its first instruction reads the
 * time, then it throws the frame away and goes on behind timed_virq(). */
uint32_t timed_virq(const struct call *call);
void virq_entered(void);

TIMED(timed_virq, "int $0x82\n\tud2\nvirq_entered:\n\trdtsc\n\taddl $24, %esp\n\tjmp 1f\n1:");

/* A hypercall by `sysenter`, as the library makes it, but that it comes back here. */
uint32_t timed_fast(const struct call *call);
void timed_fast_return(void);

TIMED(timed_fast, "movl %esp, %ebp\n\tsysenter\ntimed_fast_return:");

static char text[BH_CONSOLE_MAX];
static uint64_t ns;
static struct bh_area area;
static const char last_area[] = "window";

static void measure_clock(void)
{
    uint32_t most = 0;

    for (int i = 0; i < ROUNDS; i++) {
        uint32_t before, after;

        __asm__ volatile("rdtsc" : "=a"(before) : : "edx", "memory");
        ns = bh_clock_fast();
        __asm__ volatile("rdtsc" : "=a"(after) : : "edx", "memory");
        if (after - before > most)
            most = after - before;
    }
    report("clock-page", most - 4); /* rdtsc, a move before, two stores of the result behind */
}

static void measure_fast(void)
{
    const struct call null = {.number = BH_NULL};

    if (!(bh_control()->features & BH_FEATURE_SYSENTER))
        return;
    bh_hypercall(BH_SYSENTER, (uint32_t)timed_fast_return, 0, 0, 0, 0);
    bh_way = bh_way_int; /* the library's would come back here too */
    report("null-fast", most_of(timed_fast, &null) - most_of(timed_nothing, &null) - 1);
}

/* Pending and enabled by stores, delivered by BH_VIRQ_CHECK. */
static void measure_virq(void)
{
    const struct call check = {.number = BH_VIRQ_CHECK}, null = {.number = BH_NULL};
    uint32_t most = 0, nothing = most_of(timed_nothing, &null);

    bh_hypercall(BH_VIRQ_HANDLER, (uint32_t)virq_entered, 0, 0, 0, 0);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t ticks;

        bh_control()->virq_mask = ~(1u << 5);
        bh_control()->virq_pending = 1u << 5;
        bh_control()->virq_enabled = 1;
        ticks = timed_virq(&check);
        if (ticks > most)
            most = ticks;
    }
    bh_control()->virq_enabled = 0;
    report("virq", most - nothing);
}

/* A virtual page of code for BH_SPACE_SWITCH to go on in is not needed: it switches to the space that
 * is current. */
static const struct bh_mapping batch[] = {
    {0, WINDOW, 1, 0, 32, BH_READ | BH_WRITE},
    {0, WINDOW + 32 * PAGE, 1, 0, 32, BH_READ | BH_WRITE},
};
static uint8_t answer[512]; /* of any status call */
static const char no_name[] = "no-such-name-anywhere";

struct measured {
    const char *name;
    struct call call;
};

#define ANSWER ((uint32_t)answer)

static const struct measured calls[] = {
    {"null", {BH_NULL, 0, 0, 0, 0, 0}},
    {"unknown", {0xFFFFFFFF, 0, 0, 0, 0, 0}},
    {"clock-call", {BH_CLOCK, (uint32_t)&ns, 0, 0, 0, 0}},
    {"console-128", {BH_CONSOLE_WRITE, (uint32_t)text, BH_CONSOLE_MAX, 0, 0, 0}},
    {"area", {BH_AREA, (uint32_t)last_area, (uint32_t)&area, 0, 0, 0}},
    {"map-32", {BH_MAP, WINDOW, 1, 0, 32, BH_READ | BH_WRITE}},
    {"protect-32", {BH_PROTECT, WINDOW, 32, BH_READ, 0, 0}},
    {"map-batch", {BH_MAP_BATCH, (uint32_t)batch, ARRAY_SIZE(batch), 0, 0, 0}},
    {"unmap-32", {BH_UNMAP, WINDOW, 32, 0, 0, 0}},
    {"space-switch", {BH_SPACE_SWITCH, 0, 0, 0, 0, 0}},
    {"cache-flush", {BH_CACHE_FLUSH, 0, 0, 0, 0, 0}},
    {"trap-handler", {BH_TRAP_HANDLER, 6, 0x00400000, 0, 0, 0}},
    {"virq-handler", {BH_VIRQ_HANDLER, 0, 0, 0, 0, 0}},
    {"virq-check", {BH_VIRQ_CHECK, 0, 0, 0, 0, 0}},
    {"timer", {BH_TIMER, 0, 1, 0, 0, 0}},
    {"execution-clock", {BH_EXECUTION_CLOCK, (uint32_t)&ns, 0, 0, 0, 0}},
    {"execution-timer", {BH_EXECUTION_TIMER, 0, 1, 0, 0, 0}},
    {"line-mask", {BH_LINE_MASK, 12, 0, 0, 0, 0}},
    {"line-end", {BH_LINE_END, 12, 0, 0, 0, 0}},
    {"signal-open", {BH_SIGNAL_OPEN, (uint32_t)no_name, 0, 0, 0, 0}},
    {"signal", {BH_SIGNAL, 0, 0, 0, 0, 0}},
    {"port-open", {BH_PORT_OPEN, (uint32_t)no_name, ANSWER, 0, 0, 0}},
    {"plan-status", {BH_PLAN_STATUS, ANSWER, 0, 0, 0, 0}},
    {"plan-switch", {BH_PLAN_SWITCH, 0, 0, 0, 0, 0}},
    {"partition-status", {BH_PARTITION_STATUS, 1, ANSWER, 0, 0, 0}},
    {"partition-mode", {BH_PARTITION_MODE, BH_MODE_NORMAL, 0, 0, 0, 0}},
    {"system-status", {BH_SYSTEM_STATUS, ANSWER, 0, 0, 0, 0}},
    {"health-raise", {BH_HEALTH_RAISE, BH_HEALTH_APPLICATION, 1, 0, 0, 0}},
    {"health-read", {BH_HEALTH_READ, ANSWER, ANSWER + 256, 0, 0, 0}},
    {"health-status", {BH_HEALTH_STATUS, ANSWER, 0, 0, 0, 0}},
    {"user-traps", {BH_USER_TRAPS, 0x00400000, 0x00410000, 0, 0, 0}},
    {"user-vector", {BH_USER_VECTOR, 0x80, 1, 0, 0, 0}},
    {"debug-set", {BH_DEBUG_SET, 0, 0x00400000, 0, 0, 0}},
    {"debug-get", {BH_DEBUG_GET, 0, ANSWER, 0, 0, 0}},
    {"sysenter", {BH_SYSENTER, 0x00400000, 0, 0, 0, 0}},
    {"trace-emit", {BH_TRACE_EMIT, 1, 2, 3, 0, 0}},
    {"trace-status", {BH_TRACE_STATUS, BH_SELF, ANSWER, 0, 0, 0}},
    {"trace-mask", {BH_TRACE_MASK, BH_SELF, 0, 0, 0, 0}},
};

/* What has no handler yet is left out: its figure is missing in the table. */
static bool exists(const struct call *c)
{
    return c->number >= BH_HYPERCALLS ||
           bh_hypercall(c->number, c->a, c->b, c->c, c->d, c->e) != BH_ENOSYS;
}

#define BORDER 0x20000000u /* between two page tables */

/* What takes page tables: they are cleared then, which takes longer than all else. Space 1 is empty
 * before each round, and clearing it is measured on the way. */
static void measure_tables(void)
{
    static const struct bh_mapping two[] = {
        {1, BORDER - 0x400000, 1, 0, 32, BH_READ},
        {1, BORDER, 1, 0, 32, BH_READ},
    };
    const struct call map = {BH_MAP, BORDER - 16 * PAGE, 1, 0, 32, BH_READ | BH_IN_SPACE(1)},
                      batch = {BH_MAP_BATCH, (uint32_t)two, 2, 0, 0, 0},
                      clear = {BH_SPACE_CLEAR, 1, 0, 0, 0, 0};
    uint32_t nothing = most_of(timed_nothing, &map), maps = 0, batches = 0, clears = 0;

    for (int i = 0; i < ROUNDS; i++) {
        uint32_t ticks = timed_call(&map);

        maps = ticks > maps ? ticks : maps;
        timed_call(&clear);
        ticks = timed_call(&batch);
        batches = ticks > batches ? ticks : batches;
        ticks = timed_call(&clear);
        clears = ticks > clears ? ticks : clears;
    }
    report("map-tables", maps - nothing);
    report("batch-tables", batches - nothing);
    report("space-clear", clears - nothing);
}

/* Into user mode, and a system call out of it. User mode's code reads the time in EAX, and its trap
 * brings that along. */
void timed_user(const struct bh_user_state *state);
void user_code(void);
void user_trapped(void);
extern uint32_t user_times[3];

__asm__(".bss\n.balign 4\nuser_times: .skip 12\nuser_esp: .skip 4\n.text\n"
        "timed_user:\n\t"
        "pushal\n\tmovl %esp, user_esp\n\tmovl 36(%esp), %ebx\n\t"
        "rdtsc\n\tmovl %eax, user_times\n\tmovl $23, %eax\n\tint $0x82\n\tud2\n"
        "user_code:\n\trdtsc\n\tint $0x80\n"
        "user_trapped:\n\t"
        "rdtsc\n\tmovl %eax, user_times+8\n\tmovl 4(%esp), %eax\n\tmovl %eax, user_times+4\n\t"
        "movl user_esp, %esp\n\tpopal\n\tret\n");

static void measure_user(void)
{
    static char stack[256] __attribute__((aligned(16)));
    struct bh_user_state state = {.space = 1, .eip = (uint32_t)user_code, .ds = 0x23, .es = 0x23};
    uint32_t enter = 0, call = 0;

    bh_map((void *)0x400000, 0, 0, 16, BH_READ | BH_IN_SPACE(1));
    bh_user_vector(0x80, true);
    bh_hypercall(BH_USER_TRAPS, (uint32_t)user_trapped, (uint32_t)stack + sizeof stack, 0, 0, 0);
    for (int i = 0; i < ROUNDS; i++) {
        timed_user(&state);
        enter = user_times[1] - user_times[0] > enter ? user_times[1] - user_times[0] : enter;
        call = user_times[2] - user_times[1] > call ? user_times[2] - user_times[1] : call;
    }
    report("user-enter", enter - 3); /* rdtsc, and what stands before the `int` */
    report("user-call", call - 1);
    bh_space_clear(1);
}

static void measure_calls(void)
{
    for (uint32_t i = 0; i < ARRAY_SIZE(calls); i++) {
        uint32_t ticks;

        if (!exists(&calls[i].call))
            continue;
        ticks = cost(&calls[i].call);
        if (calls[i].call.number == BH_PROTECT) /* rounds of it need their pages mapped */
            bh_hypercall(BH_MAP, WINDOW, 1, 0, 32, BH_READ | BH_WRITE);
        report(calls[i].name, ticks);
    }
}

int main(uint32_t starts)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    (void)starts;
    memset(text, '.', sizeof text - 1);
    text[sizeof text - 1] = '\n';
    report("first-instruction", low - (uint32_t)bh_control()->tsc_start);
    (void)high;
    measure_fast();
    measure_calls();
    measure_tables();
    measure_user();
    measure_clock();
    measure_virq();
    return 0;
}
