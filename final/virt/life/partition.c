/* virt: making the partitions. Everything that they own is taken from the frame allocator here,
 * before the first one runs; a start only refills it. */
#include "virt/life/partition.h"

#include "core/frame.h"
#include "core/timer.h"
#include "hw/boot.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "virt/life/start.h"
#include "virt/memory/area.h"
#include "virt/memory/space.h"

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

static void init_vcpu(struct partition *p)
{
    struct vcpu *v = &p->vcpu;
    uint32_t frames = align_up(sizeof *v->tss_memory, PAGE_SIZE) / PAGE_SIZE;

    v->partition = p;
    v->partition_bit = 1u << p->id;
    v->control = p->control;
    v->entry.stack = (uint32_t)boot_stack_top;
    v->tss_memory = paging_virtual(frame_alloc(frames));
    tss_with_ports_init(v->tss_memory);
    v->tss_memory->tss.esp0 = (uint32_t)(&v->entry.frame + 1);
    for (uint32_t i = 0; i < p->config->port_range_count; i++)
        tss_allow_ports(v->tss_memory, p->config->port_ranges[i].first,
                        p->config->port_ranges[i].last);
    v->tss = tss_descriptor(&v->tss_memory->tss, sizeof *v->tss_memory - 1);
}

static void create(struct partition *p, const struct system_partition *config)
{
    p->config = config;
    snprintf(p->prefix, sizeof p->prefix, "[%s] ", config->name);
    load_image(p);
    area_place(p);
    p->control = paging_virtual(frame_alloc(1));
    init_vcpu(p);
    space_init(p);
    partition_begin_start(p, BH_RESET_COLD, BH_START_POWER_ON);
    partition_continue_start(p, TIMER_NEVER);
    printf("Partition %-10s %4u KiB at physical 0x%08x, page directory at 0x%08x\n", config->name,
           config->areas[0].size / 1024, p->area_base[0], p->vcpu.directory);
}

void partition_init(const struct system *system)
{
    partition_start_init();
    partition_table_init(system->partition_count);
    area_claim(system);
    for (uint32_t i = 0; i < system->partition_count; i++)
        create(partition_get(i), &system->partitions[i]);
}
