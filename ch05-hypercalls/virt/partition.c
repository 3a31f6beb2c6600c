/* virt: the life of a partition. Everything it owns is taken from the frame allocator here, before
 * the first one runs; a start only refills it. */
#include "virt/partition.h"

#include "core/clock.h"
#include "core/frame.h"
#include "hw/boot.h"
#include "hw/cpu.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "klib/string.h"
#include "virt/cpu.h"

static struct partition partitions[SYSTEM_PARTITIONS_MAX];
static uint32_t count;

uint32_t partition_count(void)
{
    return count;
}

struct partition *partition_get(uint32_t i)
{
    return i < count ? &partitions[i] : NULL;
}

static void load_image(struct partition *p)
{
    const struct system_area *memory = &p->config->areas[0];
    const char *error;

    p->module = module_find(p->config->image);
    if (!p->module)
        panic("partition %s: there is no boot module '%s'", p->config->name, p->config->image);
    error = elf_parse(p->module->data, p->module->size, memory->virtual, memory->size, &p->image);
    if (error)
        panic("partition %s: image '%s': %s", p->config->name, p->config->image, error);
}

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

static void map_page(struct partition *p, vaddr_t address, paddr_t frame, page_entry_t flags)
{
    if (!addrspace_map(&p->space, address, frame, flags))
        panic("partition %s: %u page tables are too few", p->config->name, p->config->page_tables);
}

/* Fills a page of an area, and maps it if the area is mapped at the start. */
static void start_page(struct partition *p, uint32_t i, uint32_t offset)
{
    const struct system_area *area = &p->config->areas[i];
    paddr_t frame = p->area_base[i] + offset;

    if (area->virtual == AREA_UNMAPPED) {
        memset(paging_virtual(frame), 0, PAGE_SIZE);
        return;
    }
    elf_load_page(&p->image, p->module->data, area->virtual + offset, paging_virtual(frame));
    map_page(p, area->virtual + offset, frame,
             page_flags(p, i, area->virtual + offset) | i << PAGE_SOFTWARE_SHIFT);
}

/* The page through which hypervisor and partition tell each other things without a hypercall. */
static void fill_control_page(struct partition *p)
{
    memset(p->control, 0, PAGE_SIZE);
    string_copy(p->control->name, p->config->name, sizeof p->control->name);
    p->control->id = p->id;
    p->control->starts = p->starts;
    clock_scale(&p->control->tsc_start, &p->control->ns_per_tick);
    map_page(p, BH_CONTROL_PAGE, paging_physical(p->control), PAGE_WRITE);
}

static void init_vcpu(struct partition *p)
{
    struct vcpu *v = &p->vcpu;
    uint32_t frames = align_up(sizeof *v->tss_memory, PAGE_SIZE) / PAGE_SIZE;

    v->partition = p;
    v->directory = paging_physical(p->space.directory);
    v->entry.stack = (uint32_t)boot_stack_top;
    v->tss_memory = paging_virtual(frame_alloc(frames));
    tss_with_ports_init(v->tss_memory);
    v->tss_memory->tss.cr3 = v->directory; /* for the double fault's report */
    v->tss_memory->tss.esp0 = (uint32_t)(&v->entry.frame + 1);
    for (uint32_t i = 0; i < p->config->port_range_count; i++)
        tss_allow_ports(v->tss_memory, p->config->port_ranges[i].first,
                        p->config->port_ranges[i].last);
    v->tss = tss_descriptor(&v->tss_memory->tss, sizeof *v->tss_memory - 1);
}

static void create(struct partition *p, const struct system_partition *config)
{
    p->config = config;
    load_image(p);
    for (uint32_t i = 0; i < config->area_count; i++)
        p->area_base[i] = frame_alloc(config->areas[i].size / PAGE_SIZE);
    p->control = paging_virtual(frame_alloc(1));
    addrspace_init(&p->space, config->page_tables);
    init_vcpu(p);
    partition_start(p);
    printf("Partition %-8s %4u KiB at physical 0x%08x, page directory at 0x%08x\n", config->name,
           config->areas[0].size / 1024, p->area_base[0], p->vcpu.directory);
}

void partition_init(const struct system *system)
{
    count = system->partition_count;
    for (uint32_t i = 0; i < count; i++) {
        partitions[i].id = i;
        create(&partitions[i], &system->partitions[i]);
    }
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

void partition_start(struct partition *p)
{
    addrspace_clear(&p->space);
    for (uint32_t i = 0; i < p->config->area_count; i++)
        for (uint32_t offset = 0; offset < p->config->areas[i].size; offset += PAGE_SIZE)
            start_page(p, i, offset);
    fill_control_page(p);
    memset(p->vcpu.trap_handlers, 0, sizeof p->vcpu.trap_handlers);
    set_registers(p);
    p->starts++;
    p->state = PARTITION_READY;
}

void partition_finish(struct partition *p, int32_t result)
{
    p->state = PARTITION_FINISHED;
    p->result = result;
    cpu_this()->pending |= PENDING_RESCHEDULE;
    console_flush(&p->console, p->config->name);
    printf("Partition %s finished with %d.\n", p->config->name, result);
}

void partition_fault(struct partition *p, uint32_t address)
{
    p->faults++;
    cpu_this()->pending |= PENDING_RESCHEDULE;
    console_flush(&p->console, p->config->name);
    printf("Partition %s is stopped: ", p->config->name);
    trap_print_cause(&p->vcpu.entry.frame, address);
    if (p->starts <= p->config->restarts)
        partition_start(p);
    else
        p->state = PARTITION_STOPPED;
}
