/* virt: the ring 1 experiment (command line `ring1`).
 *
 * For paging CPL 0, 1 and 2 are all supervisor, so at CPL 1 the page tables let a partition at
 * the hypervisor. Only the segment limit stands in the way: 3 GiB, not 4. A real CPU and Bochs
 * check it at each access; QEMU's TCG does not check limits at all. Later chapters drop this. */
#include "virt/call/ring1.h"

#include "klib/panic.h"
#include "klib/printf.h"
#include "klib/string.h"
#include "virt/time/sched.h"

enum { CANARY = 0x0C0FFEE0 };

static uint32_t canary = CANARY;

/* Not a failure of ours, whichever way it ends: it shows what the emulator does. */
static bool verdict(void)
{
    if (canary == CANARY)
        printf("The hypervisor's word at %p is untouched: the segment limit held.\n",
               (void *)&canary);
    else
        printf("The hypervisor's word at %p is now 0x%08x: at CPL 1 the page tables do not stop\n"
               "the partition, and this machine does not check segment limits.\n",
               (void *)&canary, canary);
    return true;
}

static struct partition *only_hostile(void)
{
    struct partition *p, *hostile = NULL;

    for (uint32_t i = 0; (p = partition_get(i)); i++) {
        if (strcmp(p->config->name, "hostile") == 0)
            hostile = p;
        else
            p->state = PARTITION_STOPPED;
    }
    if (!hostile)
        panic("ring1: there is no partition 'hostile'");
    return hostile;
}

void ring1_init(void)
{
    const uint8_t dpl1 = SEGMENT_PRESENT | 1 << SEGMENT_DPL_SHIFT;
    struct partition *p = only_hostile();
    struct trap_frame *f = &p->vcpu.entry.frame;

    gdt_set(SELECTOR_RING1_CODE, 0, KERNEL_BASE - 1, dpl1 | SEGMENT_CODE);
    gdt_set(SELECTOR_RING1_DATA, 0, KERNEL_BASE - 1, dpl1 | SEGMENT_DATA);
    f->cs = SELECTOR_RING1_CODE;
    f->ds = f->es = f->fs = f->gs = f->ss = SELECTOR_RING1_DATA;
    f->ebx = (uint32_t)&canary;
    p->starts = p->config->restarts + 1; /* one try */
    sched_set_verdict(verdict);
    printf("Ring 1 experiment: 'hostile' at CPL 1, segment limit 0x%08x, target %p\n",
           KERNEL_BASE - 1, (void *)&canary);
}
