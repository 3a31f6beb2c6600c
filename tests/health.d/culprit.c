/* One program for many partitions: what it does wrong stands in front of the "-" of its name, and
 * what its table says is done about it behind. It does it in its first life only, unless it is
 * called loop. In later lives it says why they began. */
#include "lib/control.h"
#include "lib/guest.h"

static volatile struct bh_control_page *const control =
    (volatile struct bh_control_page *)BH_CONTROL_PAGE;
static uint32_t *const kept = (uint32_t *)0x00800000;
static volatile uint32_t told;
static const char *does, *gets; /* the two halves of the name */

static bool is(const char *text, const char *what)
{
    return strcmp(text, what) == 0;
}

static void split_name(void)
{
    static char name[BH_NAME_SIZE];
    uint32_t i = 0;

    for (uint32_t k = 0; k < sizeof name; k++)
        name[k] = control->name[k];
    while (name[i] != '-')
        i++;
    name[i] = 0;
    does = name;
    gets = name + i + 1;
}

/* All that the hypervisor says of the event; then on, behind the instruction of two bytes. */
static void health(struct bh_trap *trap)
{
    const volatile struct bh_health_record *h = &control->health;

    told++;
    printf("told of %s, event %u of mine, code %d, vector %u, address 0x%08x\n",
           bh_event_name(h->event), control->health_count, h->code, h->vector, h->address);
    if (h->event > BH_HEALTH_STATE)
        return;
    if (trap->cause.eip != h->eip || trap->cause.address != h->address ||
        trap->cause.vector != BH_VIRQ_BASE + BH_VIRQ_HEALTH || trap->cause.error != h->error)
        bh_halt(-2);
    trap->cause.eip += 2;
}

static void lose_stack(void)
{
    bh_hypercall(BH_TRAP_HANDLER, 6, 0x00400000, 0, 0, 0);
    __asm__ volatile("movl $0xC0000010, %esp\n\tud2");
}

static void do_wrong(void)
{
    if (is(does, "ud"))
        __asm__ volatile("ud2");
    else if (is(does, "pf"))
        __asm__ volatile("movl %%eax, (%%edx)" : : "d"(0x30000000));
    else if (is(does, "bp"))
        __asm__ volatile("int3");
    else if (is(does, "gp"))
        __asm__ volatile("cli\n\tnop");
    else if (is(does, "de"))
        __asm__ volatile("divl %%ecx" : : "a"(1), "d"(0), "c"(0));
    else if (is(does, "app"))
        bh_health_raise(BH_HEALTH_APPLICATION, -77);
    else if (is(does, "late"))
        bh_health_raise(BH_HEALTH_DEADLINE, 1500);
    else if (is(does, "fin"))
        bh_halt(-5);
    else if (is(does, "double"))
        lose_stack();
    else
        bh_halt(-3);
}

int main(uint32_t starts)
{
    split_name();
    if (starts) {
        printf("start %u: %s, %s, kept %u\n", starts, bh_reason_name(control->start_reason),
               bh_mode_name(control->mode), kept[0]);
        if (!is(gets, "loop"))
            return 0;
    }
    kept[0] = 4711;
    bh_virq_handler_set(BH_VIRQ_HEALTH, health);
    if (!is(gets, "untold"))
        bh_virq_enable();
    do_wrong();
    printf("went on, told %u times\n", told);
    return is(gets, "reset") || is(gets, "halt");
}
