/* virt: a start of a partition. It takes no memory: what the partition owns is scrubbed and loaded
 * again, page after page. */
#include "virt/life/start.h"

#include "core/clock.h"
#include "core/timer.h"
#include "hw/cpu.h"
#include "hw/sysenter.h"
#include "hw/tsc.h"
#include "klib/math64.h"
#include "klib/panic.h"
#include "klib/string.h"
#include "virt/cpu.h"
#include "virt/ipc/port.h"
#include "virt/memory/addrspace.h"
#include "virt/memory/cache.h"
#include "virt/memory/space.h"
#include "virt/output/trace.h"
#include "virt/vcpu/user.h"
#include "virt/vcpu/vdebug.h"
#include "virt/vcpu/vtimer.h"

enum {
    STEP_US = 10,     /* what a step of a start takes, before one was measured */
    STEP_MAX_US = 80, /* what takes longer was not the step: an emulator's host was away */
};

static uint32_t step_ticks, step_ticks_max; /* the longest step of a start so far, and a bound */

/* Read-only segments are mapped read-only; all other pages have their area's rights. */
static page_entry_t page_flags(const struct partition *p, uint32_t area, vaddr_t address)
{
    if (!(p->config->areas[area].rights & AREA_WRITE))
        return 0;
    for (uint32_t i = 0; i < p->image.segment_count; i++) {
        const struct elf_segment *s = &p->image.segments[i];

        if (address >= s->address && address - s->address < s->memory_size)
            return s->writable ? PAGE_WRITE : 0;
    }
    return PAGE_WRITE;
}

static void __attribute__((noreturn)) no_page_tables(const struct partition *p)
{
    panic("partition %s: %u page tables are too few", p->config->name, p->config->page_tables);
}

static void map_page(struct partition *p, vaddr_t address, paddr_t frame, page_entry_t flags)
{
    if (!addrspace_map(&p->spaces[0], address, frame, flags, 1))
        no_page_tables(p);
}

/* Fills a page of an area if it is the partition's own RAM, and maps it if the area is mapped at
 * the start. */
static void start_page(struct partition *p, uint32_t i, uint32_t offset)
{
    const struct system_area *area = &p->config->areas[i];
    paddr_t frame = p->area_base[i] + offset;

    if (area->kind == AREA_RAM) {
        if (i == 0) /* the image's area, and the stack's */
            elf_load_page(&p->image, p->module->data, area->virtual + offset,
                          paging_virtual(frame));
        else if (!p->keeps_memory)
            memset(paging_virtual(frame), 0, PAGE_SIZE);
    }
    if (area->virtual != AREA_UNMAPPED)
        map_page(p, area->virtual + offset, frame,
                 page_flags(p, i, area->virtual + offset) | space_area_flags(p, i));
}

static uint32_t features(void)
{
    return (sysenter_present() ? (uint32_t)BH_FEATURE_SYSENTER : 0) |
           (cpuid(1).edx & CPUID_1_EDX_SSE ? (uint32_t)BH_FEATURE_SSE : 0);
}

/* The page through which hypervisor and partition tell each other things without a hypercall. */
static void fill_control_page(struct partition *p)
{
    memset(p->control, 0, PAGE_SIZE);
    string_copy(p->control->name, p->config->name, sizeof p->control->name);
    p->control->id = p->id;
    p->control->starts = p->starts;
    p->control->start_reason = p->reason;
    p->control->mode = p->mode;
    p->control->tsc_start = clock_scale.start;
    p->control->clock_factor = clock_scale.factor;
    p->control->clock_shift = clock_scale.shift;
    p->control->ns_per_tick = (uint64_t)clock_scale.factor << clock_scale.shift;
    p->control->signature = BH_SIGNATURE;
    p->control->version = BH_API_VERSION;
    p->control->features = features();
    p->control->spaces = space_count(p);
    if (!space_map_control(p))
        no_page_tables(p);
}

void partition_start_init(void)
{
    step_ticks = (uint32_t)div64(clock_tsc_hz(), 1000000 / STEP_US, NULL);
    step_ticks_max = step_ticks * (STEP_MAX_US / STEP_US);
}

/* A new partition's registers: its entry point, a stack at the top of its first area, and how often
 * it was started before. IF is set, and stays set: a partition cannot clear it. */
static void set_registers(struct partition *p)
{
    const struct system_area *memory = &p->config->areas[0];

    p->vcpu.entry.frame = (struct trap_frame){
        .gs = SELECTOR_USER_DATA,
        .fs = SELECTOR_USER_DATA,
        .es = SELECTOR_USER_DATA,
        .ds = SELECTOR_USER_DATA,
        .eax = p->starts,
        .eip = p->image.entry,
        .cs = SELECTOR_USER_CODE,
        .eflags = EFLAGS_ONE | EFLAGS_IF,
        .esp = memory->virtual + memory->size,
        .ss = SELECTOR_USER_DATA,
    };
}

/* Nothing that a partition set up goes on without it. */
static void quiesce(struct vcpu *v)
{
    vtimer_stop(v);
    v->lines_open = 0;
    cpu_this()->pending |= PENDING_RESCHEDULE;
}

/* Is it being loaded, or would it be if it were not suspended? */
static bool is_starting(const struct partition *p)
{
    return (p->state == PARTITION_SUSPENDED ? p->suspended_in : p->state) == PARTITION_STARTING;
}

void partition_begin_start(struct partition *p, enum bh_reset how, enum bh_start_reason reason)
{
    p->keeps_memory = how == BH_RESET_WARM && (p->keeps_memory || !is_starting(p));
    p->mode = p->keeps_memory ? BH_MODE_WARM_START : BH_MODE_COLD_START;
    p->reason = reason;
    p->state = PARTITION_STARTING;
    p->start_space = p->start_area = p->start_offset = 0;
    quiesce(&p->vcpu);
    port_reset(p);
}

/* All pages are in place: the rest of a new partition's state. */
static void finish_start(struct partition *p)
{
    struct vcpu *v = &p->vcpu;

    fill_control_page(p);
    memset(v->trap_handlers, 0, sizeof v->trap_handlers);
    v->virq_handler = 0;
    user_reset(v);
    vdebug_reset(v);
    v->resting = RESTING_NOT;
    vtimer_reset(v);
    v->lines = v->lines_waiting = v->lines_open = 0;
    fpu_clean(&v->fpu);
    port_announce(p);
    trace_reset(p);
    if (cpu_this()->current == v)
        cpu_this()->current = NULL; /* its old FPU state must not be saved over the new one */
    set_registers(p);
    p->starts++;
    p->state = PARTITION_READY;
}

/* We filled it through the linear map, which is cached; the partition looks past the caches. */
static void finish_area(const struct system_area *a)
{
    if (a->kind == AREA_RAM && a->cache == AREA_UNCACHED)
        cache_flush();
}

/* An address space, then a page; behind the last one, the rest. */
static void start_step(struct partition *p)
{
    if (p->start_space < space_count(p)) {
        space_reset(p, p->start_space++);
        return;
    }
    if (p->start_area == p->config->area_count) {
        finish_start(p);
        return;
    }
    start_page(p, p->start_area, p->start_offset);
    p->start_offset += PAGE_SIZE;
    if (p->start_offset == p->config->areas[p->start_area].size) {
        finish_area(&p->config->areas[p->start_area]);
        p->start_offset = 0;
        p->start_area++;
    }
}

void partition_continue_start(struct partition *p, uint64_t deadline)
{
    uint64_t now = tsc_read();

    while (p->state == PARTITION_STARTING && now + step_ticks <= deadline) {
        uint64_t before = now;

        start_step(p);
        now = tsc_read();
        if (now - before > step_ticks && now - before <= step_ticks_max)
            step_ticks = (uint32_t)(now - before);
    }
}

void partition_end(struct partition *p, enum partition_state state)
{
    p->state = state;
    quiesce(&p->vcpu);
}
