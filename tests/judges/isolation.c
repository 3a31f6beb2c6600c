/* A judge that is linked into the hypervisor for a test (test_isolation.py), and is in no build of
 * the product: after every hypercall, every trap and every timer interrupt it walks the page tables
 * of all partitions, as the processor would, and compares what each can reach with the system
 * description. The linker puts it around hypercall_table, guest_trap(), timer_trap(), partition_init()
 * and power_off() (--wrap).
 *
 * For each directory of each partition:
 *   - the upper quarter is the hypervisor's own, supervisor only, in all of them alike;
 *   - below, everything is for user mode, and nothing is a large page or stays in the TLB (global);
 *   - each frame lies in an area of that partition's description, is no more writable than the area,
 *     and is cached as the area says; or is its own control page, in its one place;
 *   - no page table serves twice, and none lies in memory that a partition has.
 * Once: areas overlap nothing that they should not, and parts of a shared block lie in it. Now and
 * then: the I/O bitmaps. */
#include "core/module.h"
#include "hw/boot.h"
#include "hw/cpu.h"
#include "hw/hypercall_entry.h"
#include "hw/power.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "klib/string.h"
#include "virt/cpu.h"
#include "virt/partition.h"

enum {
    FRAMES = 0x04000000 / PAGE_SIZE, /* of the machine's 64 MiB */
    EACH_TIME = 32,                  /* the I/O bitmaps, every so many times */
};

extern hypercall_handler *const __real_hypercall_table[];
struct trap_frame *__real_guest_trap(struct trap_frame *frame);
struct trap_frame *__wrap_guest_trap(struct trap_frame *frame);
struct trap_frame *__real_timer_trap(struct trap_frame *frame);
struct trap_frame *__wrap_timer_trap(struct trap_frame *frame);
void __real_partition_init(const struct system *system);
void __wrap_partition_init(const struct system *system);
void __real_power_off(bool success) __attribute__((noreturn));
void __wrap_power_off(bool success) __attribute__((noreturn));

static const struct system *description;
static uint32_t checks, pages, calls;
static uint32_t tables[FRAMES / 32]; /* a bit for each frame: seen as a table in this check */
static bool ended;

static const char *now; /* what was done last, for a report */
static uint32_t number;

static void broken(const struct partition *p, const char *what, vaddr_t address, uint32_t value)
{
    ended = true;
    panic("ISOLATION after %s %u: partition %s: %s (address 0x%08x, 0x%08x)", now, number,
          p->config->name, what, address, value);
}

/* The index of the first word in `words` that is not `value`, from `i` on; or `count`. */
static uint32_t skip(const uint32_t *words, uint32_t i, uint32_t count, uint32_t value)
{
    const uint32_t *place = words + i;
    uint32_t left = count - i;

    if (!left)
        return count;
    __asm__ volatile("repe scasl" : "+D"(place), "+c"(left) : "a"(value) : "cc", "memory");
    i = (uint32_t)(place - words);
    return words[i - 1] == value ? count : i - 1;
}

static uint32_t area_cache(page_entry_t entry)
{
    static const uint32_t kinds[] = {AREA_WRITE_BACK, AREA_WRITE_THROUGH, AREA_UNCACHED,
                                     AREA_UNCACHED};

    return kinds[entry / PAGE_WRITE_THROUGH & 3];
}

static bool in_area(const struct partition *p, uint32_t i, paddr_t frame)
{
    return frame - p->area_base[i] < p->config->areas[i].size;
}

static void check_page(const struct partition *p, vaddr_t address, page_entry_t entry,
                       bool writable)
{
    paddr_t frame = entry & PAGE_ADDRESS;
    const char *why = "memory that is in none of its areas";

    pages++;
    if (!(entry & PAGE_USER) || entry & PAGE_GLOBAL)
        broken(p, "a page that is supervisor's, or global", address, entry);
    if (frame == paging_physical(p->control)) {
        if (address != BH_CONTROL_PAGE)
            broken(p, "its control page, elsewhere", address, entry);
        return;
    }
    for (uint32_t i = 0; i < p->config->area_count; i++) {
        const struct system_area *a = &p->config->areas[i];

        if (!in_area(p, i, frame))
            continue;
        if (writable && !(a->rights & AREA_WRITE))
            why = "memory that it may only read";
        else if (area_cache(entry) != a->cache)
            why = "memory cached in another way than described";
        else
            return;
    }
    broken(p, why, address, entry);
}

static bool first_use(paddr_t table)
{
    uint32_t *word = &tables[table / PAGE_SIZE / 32], bit = 1u << (table / PAGE_SIZE % 32);
    bool first = !(*word & bit);

    *word |= bit;
    return first;
}

/* Memory of the hypervisor's: no partition may have it in an area. */
static void check_table(const struct partition *p, paddr_t table)
{
    if (table / PAGE_SIZE >= FRAMES || !first_use(table))
        broken(p, "a page table that serves twice, or is no memory", 0, table);
    for (uint32_t n = 0; n < partition_count(); n++)
        for (uint32_t i = 0; i < partition_get(n)->config->area_count; i++)
            if (in_area(partition_get(n), i, table))
                broken(p, "a page table in a partition's memory", 0, table);
}

static void check_upper(const struct partition *p, const struct page_table *directory)
{
    const page_entry_t ignore = PAGE_ACCESSED | PAGE_DIRTY;

    for (uint32_t i = KERNEL_DIRECTORY_INDEX; i < 1024; i++) {
        page_entry_t entry = directory->entry[i], ours = kernel_page_directory.entry[i];

        if ((entry ^ ours) & ~ignore || entry & PAGE_USER)
            broken(p, "the hypervisor's part is not what it is elsewhere", i << 22, entry);
    }
}

static void check_directory(const struct partition *p, const struct page_table *directory)
{
    const uint32_t *entries = directory->entry;

    check_table(p, paging_physical(directory));
    check_upper(p, directory);
    for (uint32_t i = skip(entries, 0, KERNEL_DIRECTORY_INDEX, 0); i < KERNEL_DIRECTORY_INDEX;
         i = skip(entries, i + 1, KERNEL_DIRECTORY_INDEX, 0)) {
        const uint32_t *page;

        if (!(entries[i] & PAGE_PRESENT))
            continue;
        if (entries[i] & PAGE_LARGE || !(entries[i] & PAGE_USER))
            broken(p, "a large page, or a table that is supervisor's", i << 22, entries[i]);
        check_table(p, entries[i] & PAGE_ADDRESS);
        page = paging_virtual(entries[i] & PAGE_ADDRESS);
        for (uint32_t k = skip(page, 0, 1024, 0); k < 1024; k = skip(page, k + 1, 1024, 0))
            if (page[k] & PAGE_PRESENT)
                check_page(p, i << 22 | k << 12, page[k], entries[i] & page[k] & PAGE_WRITE);
    }
}

static bool described_port(const struct partition *p, uint32_t port)
{
    for (uint32_t i = 0; i < p->config->port_range_count; i++)
        if (port >= p->config->port_ranges[i].first && port <= p->config->port_ranges[i].last)
            return true;
    return false;
}

/* The bitmap is not aligned in its segment for words: bytes. */
static void check_ports(const struct partition *p)
{
    const uint8_t *bitmap = p->vcpu.tss_memory->bitmap;

    if (p->vcpu.tss_memory->tss.io_bitmap_offset != offsetof(struct tss_with_ports, bitmap))
        broken(p, "an I/O bitmap elsewhere", 0, p->vcpu.tss_memory->tss.io_bitmap_offset);
    for (uint32_t i = 0; i < TSS_PORTS / 8; i++)
        for (uint32_t bit = 0; bitmap[i] != 0xFF && bit < 8; bit++)
            if (!(bitmap[i] >> bit & 1) && !described_port(p, i * 8 + bit))
                broken(p, "a port that is not its own", i * 8 + bit, bitmap[i]);
    if (p->vcpu.tss_memory->end != 0xFF)
        broken(p, "a bitmap without an end", 0, p->vcpu.tss_memory->end);
}

static bool meet(paddr_t a, uint32_t a_size, paddr_t b, uint32_t b_size)
{
    return a < b + b_size && b < a + a_size;
}

/* Parts of a block: inside it, at one distance from where it begins, whoever's they are. */
static void check_shared(const struct partition *p, uint32_t i)
{
    const struct system_area *a = &p->config->areas[i];
    const struct system_shared *s = &description->shared[a->shared];
    paddr_t block = p->area_base[i] - a->offset;

    if (a->offset > s->size || a->size > s->size - a->offset)
        broken(p, "an area that is larger than its shared block", p->area_base[i], a->size);
    if (s->physical != AREA_ANYWHERE && block != s->physical)
        broken(p, "a shared block elsewhere than described", block, s->physical);
    for (uint32_t n = 0; n < partition_count(); n++) {
        const struct partition *other = partition_get(n);

        for (uint32_t k = 0; k < other->config->area_count; k++) {
            const struct system_area *b = &other->config->areas[k];
            bool same = b->kind == AREA_SHARED && b->shared == a->shared;

            if (same && other->area_base[k] - b->offset != block)
                broken(p, "a shared block that is two", block, other->area_base[k]);
            if (!same && meet(block, s->size, other->area_base[k], b->size))
                broken(p, "a shared block over another area", block, other->area_base[k]);
        }
    }
}

static void check_area_alone(const struct partition *p, uint32_t i)
{
    const struct system_area *a = &p->config->areas[i];
    paddr_t base = p->area_base[i];

    if (a->kind == AREA_SHARED)
        check_shared(p, i);
    else if (a->physical != AREA_ANYWHERE && base != a->physical)
        broken(p, "an area at another place than described", base, a->physical);
    if (meet(base, a->size, paging_physical(image_start), (uint32_t)(image_end - image_start)))
        broken(p, "an area in the hypervisor's image", base, a->size);
    for (uint32_t n = 0; n < partition_count(); n++) {
        const struct partition *other = partition_get(n);

        if (meet(base, a->size, paging_physical(other->control), PAGE_SIZE) ||
            meet(base, a->size, paging_physical(other->vcpu.tss_memory),
                 sizeof *other->vcpu.tss_memory))
            broken(p, "an area over a control page or a task state segment", base, a->size);
        for (uint32_t k = 0; k < other->config->area_count; k++)
            if ((p != other || i != k) && a->kind == AREA_RAM &&
                meet(base, a->size, other->area_base[k], other->config->areas[k].size))
                broken(p, "an area that is another one's as well", base, a->size);
    }
}

static void check_partition(const struct partition *p)
{
    for (uint32_t i = 0; i <= p->config->spaces; i++)
        check_directory(p, p->spaces[i].directory);
    if (checks % EACH_TIME == 0)
        check_ports(p);
    for (uint32_t i = 0; checks == 0 && i < p->config->area_count; i++)
        check_area_alone(p, i);
}

/* The address space in use belongs to who is loaded. */
static void check_current(const struct vcpu *v)
{
    uint32_t cr3;

    __asm__ volatile("movl %%cr3, %0" : "=r"(cr3));
    for (uint32_t i = 0; i <= v->partition->config->spaces; i++)
        if (paging_physical(v->partition->spaces[i].directory) == (cr3 & PAGE_ADDRESS))
            return;
    broken(v->partition, "another one's address space", 0, cr3);
}

static void check_all(const char *what, uint32_t which)
{
    if (ended)
        return;
    now = what;
    number = which;
    memset(tables, 0, sizeof tables);
    for (uint32_t i = 0; i < partition_count(); i++)
        check_partition(partition_get(i));
    if (cpu_this()->current)
        check_current(cpu_this()->current);
    checks++;
}

static int32_t call(struct vcpu *v, const struct trap_frame *f)
{
    uint32_t which = f->eax;
    int32_t result = __real_hypercall_table[which](v, f);

    calls++;
    check_all("hypercall", which);
    return result;
}

#define FOUR call, call, call, call
#define SIXTEEN FOUR, FOUR, FOUR, FOUR
extern hypercall_handler *const __wrap_hypercall_table[];
hypercall_handler *const __wrap_hypercall_table[] = {SIXTEEN, SIXTEEN, SIXTEEN, SIXTEEN};
_Static_assert(BH_HYPERCALLS <= 64, "a place for each");

struct trap_frame *__wrap_guest_trap(struct trap_frame *frame)
{
    uint32_t vector = frame->vector;
    struct trap_frame *next = __real_guest_trap(frame);

    check_all("vector", vector);
    return next;
}

struct trap_frame *__wrap_timer_trap(struct trap_frame *frame)
{
    struct trap_frame *next = __real_timer_trap(frame);

    check_all("timer", 0);
    return next;
}

void __wrap_partition_init(const struct system *system)
{
    description = system;
    __real_partition_init(system);
}

void __wrap_power_off(bool success)
{
    if (!ended)
        printf("Isolation: %u checks, %u behind hypercalls, %u pages.\n", checks, calls, pages);
    ended = true;
    __real_power_off(success);
}
