/* guests: mini-os' kernel: the way in and out of user mode, the tick, and who runs next.
 *
 * The kernel lives in address space 0 with all of the partition's memory; process n in address
 * space n + 1, which holds the image, read-only, and its stack. Whatever ends user mode comes to
 * trap(), on a stack that begins anew each time; returning from it goes on with user mode.
 * Next: process.c, syscall.c, serial.c, and programs.c for the other side. */
#include "guests/mini-os/mini_os.h"

struct process processes[PROCESSES];
struct process *current;
volatile uint32_t ticks;

static char kernel_stack[2 * PAGE_SIZE] __attribute__((aligned(16)));
static uint32_t idle_waits;
static bool has_serial;

static void wake_sleepers(void)
{
    for (uint32_t i = 0; i < PROCESSES; i++)
        if (processes[i].state == PROCESS_SLEEPING && processes[i].wake_at <= ticks)
            processes[i].state = PROCESS_READY;
}

static void tick(void)
{
    ticks++;
    wake_sleepers();
}

/* Virtual interrupts that come while the kernel runs: it lets them when it waits. */
static void tick_in_kernel(struct bh_trap *trap)
{
    (void)trap;
    tick();
}

static void serial_in_kernel(struct bh_trap *trap)
{
    (void)trap;
    serial_interrupt();
}

/* @return the next process that can run, in turn, or NULL */
static struct process *next_ready(void)
{
    uint32_t number = (uint32_t)(current - processes);

    for (uint32_t i = 1; i <= PROCESSES; i++) {
        struct process *p = &processes[(number + i) % PROCESSES];

        if (p->state == PROCESS_READY)
            return p;
    }
    return NULL;
}

static bool all_done(void)
{
    for (uint32_t i = 0; i < PROCESSES; i++)
        if (processes[i].state != PROCESS_DONE)
            return false;
    return true;
}

/* The counter counts to its end; the other one is killed when it touches what is not its own. */
static void __attribute__((noreturn)) report(void)
{
    const struct process *counter = &processes[0], *stack = &processes[1];
    bool well = counter->code == 0 && stack->code == KILLED - 14;

    while (has_serial && !serial_idle())
        bh_virq_enable(), bh_wait();
    bh_virq_disable();
    for (uint32_t i = 0; i < PROCESSES; i++)
        printf("%s: code %d, %u system calls, preempted %s, %u pages of stack\n", processes[i].name,
               processes[i].code, processes[i].syscalls,
               processes[i].preempted >= 3 ? "often" : "TOO RARELY", processes[i].stack_pages);
    for (uint32_t i = 0; i < PROCESSES; i++)
        well = well && processes[i].preempted >= 3;
    well = well && counter->stack_pages == 1 && stack->stack_pages > 4 && idle_waits > 0;
    if (has_serial) {
        printf("serial port: %u bytes, %s\n", serial_sent,
               serial_interrupts >= serial_sent / 16 ? "by interrupts" : "WITHOUT INTERRUPTS");
        well = well && serial_interrupts >= serial_sent / 16;
    } else {
        printf("serial port: none\n");
    }
    printf("mini-os: %s\n", well ? "all well" : "WRONG");
    guest_flush();
    bh_halt(well ? 0 : -1);
}

/* Waits until a process can run. The virtual interrupts that change that come in here. */
static struct process *wait_for_work(void)
{
    struct process *next;

    if (all_done())
        report();
    while (!(next = next_ready())) {
        idle_waits++;
        bh_virq_enable();
        bh_wait();
        bh_virq_disable();
    }
    return next;
}

static void kill(const struct bh_user_trap *trap)
{
    printf("%s: killed by exception %u, address 0x%08x\n", current->name, trap->vector,
           trap->address);
    current->state = PROCESS_DONE;
    current->code = KILLED - (int32_t)trap->vector;
}

static void interrupt(uint32_t virq)
{
    if (virq == BH_VIRQ_TIMER) {
        tick();
        current->preempted++;
    } else if (virq == BH_VIRQ_LINE + 3) {
        serial_interrupt();
    }
}

static void exception(const struct bh_user_trap *trap)
{
    if (trap->vector == 14 && process_grow_stack(trap->address))
        return;
    kill(trap);
}

/* Something ended user mode: save the process, do what is to be done, load the next one. */
static void trap(struct bh_user_trap *t)
{
    bool switch_over = true;

    current->registers = t->state;
    switch (t->kind) {
    case BH_USER_VIRQ:
        switch_over = t->vector == BH_VIRQ_BASE + BH_VIRQ_TIMER;
        interrupt(t->vector - BH_VIRQ_BASE);
        break;
    case BH_USER_INT: /* of those we allowed, there is one */
        syscall(&current->registers);
        switch_over = false;
        break;
    case BH_USER_EXCEPTION:
        exception(t);
        switch_over = false;
        break;
    default: /* a hypercall: it is no business of a process */
        kill(t);
    }
    if (switch_over || current->state != PROCESS_READY)
        current = wait_for_work();
    t->state = current->registers;
}

int main(uint32_t starts)
{
    (void)starts;
    has_serial = serial_init();
    bh_virq_handler_set(BH_VIRQ_TIMER, tick_in_kernel);
    bh_virq_handler_set(BH_VIRQ_LINE + 3, serial_in_kernel);
    bh_control()->virq_mask = ~(1u << BH_VIRQ_TIMER | 1u << (BH_VIRQ_LINE + 3));
    bh_user_traps_set(trap, kernel_stack + sizeof kernel_stack);
    bh_user_vector(SYSCALL_VECTOR, true);
    process_create(0, "counter", program_counter);
    process_create(1, "stack", program_stack);
    bh_timer(bh_clock_fast() + TICK_NS, TICK_NS);
    current = &processes[0];
    return bh_user_enter(&current->registers); /* it comes back only with an error */
}
