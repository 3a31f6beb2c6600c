/* virt/memory/memory.c, virt/memory/space.c and virt/memory/addrspace.c: map, unmap, protect, batch, switch and clear in
 * several address spaces with one pool, against a model that knows nothing of page tables; each
 * refusal by name, and no change to the tables that the TLB is not told of. (memory_calls.c judges
 * the chapters, which have one address space.)
 *
 * since: final
 * sources: virt/memory/memory.c virt/memory/space.c virt/memory/addrspace.c klib/string.c
 */
#include "host.h"

#include "memory.h"
#include "virt/cpu.h"
#include "virt/memory/memory.h"
#include "virt/memory/space.h"

enum {
    PAGE = 0x1000,
    TABLES = 4, /* in the pool */
    SPACES = 3,
    AREAS = 3,
    FRAMES = 0x200000, /* physical: where the tables lie */
    WINDOWS = 4,       /* regions of 4 MiB that are used */
    STEPS = 8000,
};

static const struct system_partition config = {
    .spaces = SPACES - 1,
    .page_tables = TABLES,
    .area_count = AREAS,
    .areas = {{"memory", AREA_ANYWHERE, 0x00400000, 16 * PAGE, AREA_READ | AREA_WRITE},
              {"rom", AREA_ANYWHERE, AREA_UNMAPPED, 5 * PAGE, AREA_READ, AREA_RAM,
               AREA_WRITE_THROUGH},
              {"one", 0xE0000000, AREA_UNMAPPED, PAGE, AREA_READ | AREA_WRITE, AREA_DEVICE,
               AREA_UNCACHED}},
};
static const uint32_t bases[AREAS] = {0x01000000, 0x02000000, 0x03000000};
static const uint32_t windows[WINDOWS] = {0x00000000, 0x00400000, 0x10000000, 0xBFC00000};

/* What the page tables have to say of an area's caching (Intel SDM vol. 3A, table 11-11). */
static const uint32_t cache_bits[AREAS] = {0, 0x08, 0x18};

struct page_table kernel_page_directory;
struct cpu boot_cpu;
static struct partition p;
static struct tss_with_ports tss;
static struct bh_control_page *control;

/* The machine's part */

static uint32_t flushed; /* translations that were dropped */

static uint32_t cr3;

void cpu_set_cr3(uint32_t value)
{
    cr3 = value;
    flushed++;
}

uint32_t cpu_cr3(void)
{
    return cr3;
}

paddr_t frame_alloc(uint32_t count)
{
    CHECK(count == SPACES + TABLES, "%u frames", count);
    control = (void *)((char *)memory_at(FRAMES, (count + 1) * PAGE) + count * PAGE);
    return FRAMES;
}

/* The model: what each page of a window is, with nothing said of how. */

struct page {
    uint32_t frame; /* 0: no page */
    bool writable;
    uint8_t area;
};

static struct page models[SPACES][WINDOWS][1024];
static bool have_tables[SPACES][WINDOWS];
static uint32_t current; /* address space */
#define model models[current]
#define has_table have_tables[current]
static uint32_t tables_left = TABLES;
static bool stale[WINDOWS][1024]; /* was present, changed in the address space
                                     in use, and the TLB was not told */

static struct page *model_of(uint32_t address, bool **stale_flag, uint32_t *window)
{
    for (uint32_t w = 0; w < WINDOWS; w++)
        if (address >= windows[w] && address - windows[w] < 0x400000) {
            uint32_t n = (address - windows[w]) / PAGE;

            *stale_flag = &stale[w][n];
            *window = w;
            return &model[w][n];
        }
    return NULL;
}

void paging_invalidate(vaddr_t address)
{
    bool *flag;
    uint32_t window;

    flushed++;
    if (model_of(address, &flag, &window))
        *flag = false;
}

static uint32_t control_frame(void)
{
    return FRAMES + (SPACES + TABLES) * PAGE;
}

/* The directory and the tables as the CPU walks them (Intel SDM vol. 3A, 4.3). */
static uint32_t walk(uint32_t address, bool *user, bool *writable)
{
    const uint32_t *directory = paging_virtual(FRAMES + current * PAGE), *table;
    uint32_t upper = directory[address >> 22], entry;

    *user = *writable = false;
    if (!(upper & 1))
        return 0;
    table = paging_virtual(upper & 0xFFFFF000);
    entry = table[address >> 12 & 1023];
    *user = upper & entry & 4;
    *writable = upper & entry & 2;
    for (uint32_t i = 0; i < AREAS; i++)
        if (entry & 1 && (entry >> 9 & 7) == i && (entry & 0xFFFFF000) != control_frame())
            CHECK((entry & 0x18) == cache_bits[i], "caching of %#x: entry %#x", address, entry);
    return entry & 1 ? entry & 0xFFFFF000 : 0;
}

static void compare_one(const char *what)
{
    for (uint32_t w = 0; w < WINDOWS; w++)
        for (uint32_t n = 0; n < 1024; n++) {
            const struct page *m = &model[w][n];
            bool user, writable;
            uint32_t frame = walk(windows[w] + n * PAGE, &user, &writable);

            CHECK(frame == m->frame, "%s: page %#x has frame %#x, not %#x", what,
                  windows[w] + n * PAGE, frame, m->frame);
            if (frame)
                CHECK(user && writable == m->writable, "%s: rights at %#x", what,
                      windows[w] + n * PAGE);
            CHECK(!stale[w][n], "%s: the TLB was not told of %#x", what, windows[w] + n * PAGE);
        }
}

static void compare(const char *what)
{
    for (current = 0; current < SPACES; current++)
        compare_one(what);
    current = 0;
    CHECK(p.pool.left == tables_left, "%s: %u tables left, not %u", what, p.pool.left, tables_left);
}

/* Marks what a call is about to change of what the TLB may know. */
static void expect_flush(uint32_t address, uint32_t frame, bool writable)
{
    bool *flag;
    uint32_t window;
    struct page *m = model_of(address, &flag, &window);

    if (&p.spaces[current] == p.vcpu.space && m && m->frame &&
        (m->frame != frame || m->writable != writable))
        *flag = true;
}

static int32_t range_error(uint32_t address, uint32_t pages)
{
    if (pages > BH_PAGES_MAX)
        return BH_ESIZE;
    if (pages == 0 || address % PAGE || address < PAGE)
        return BH_EINVAL;
    return (uint64_t)address + (uint64_t)pages * PAGE > 0xBFFFF000 ? BH_EINVAL : BH_OK;
}

static int32_t rights_error(uint32_t area, uint32_t rights)
{
    if (rights != BH_READ && rights != (BH_READ | BH_WRITE))
        return BH_EINVAL;
    return area == 1 && rights & BH_WRITE ? BH_EPERM : BH_OK;
}

static uint32_t window_of(uint32_t address)
{
    bool *flag;
    uint32_t window = WINDOWS;

    model_of(address, &flag, &window);
    return window;
}

static int32_t model_map(uint32_t address, uint32_t area, uint32_t offset, uint32_t pages,
                         uint32_t rights)
{
    int32_t error = range_error(address, pages);
    uint32_t first, last, missing;

    if (error)
        return error;
    if (area >= AREAS || offset % PAGE ||
        (uint64_t)offset + (uint64_t)pages * PAGE > config.areas[area].size)
        return BH_EINVAL;
    error = rights_error(area, rights);
    if (error)
        return error;
    first = window_of(address);
    last = window_of(address + (pages - 1) * PAGE);
    missing = !has_table[first] + (last != first && !has_table[last]);
    if (missing > tables_left)
        return BH_ENOMEM;
    tables_left -= missing;
    has_table[first] = has_table[last] = true;
    for (uint32_t i = 0; i < pages; i++) {
        bool *flag;
        struct page *m = model_of(address + i * PAGE, &flag, &first);

        expect_flush(address + i * PAGE, bases[area] + offset + i * PAGE, rights & BH_WRITE);
        *m = (struct page){bases[area] + offset + i * PAGE, rights & BH_WRITE, (uint8_t)area};
    }
    return BH_OK;
}

static int32_t model_unmap(uint32_t address, uint32_t pages)
{
    int32_t error = range_error(address, pages);

    for (uint32_t i = 0; !error && i < pages; i++) {
        bool *flag;
        uint32_t window;
        struct page *m = model_of(address + i * PAGE, &flag, &window);

        expect_flush(address + i * PAGE, 0, false);
        if (m)
            *m = (struct page){0};
    }
    return error;
}

static int32_t model_protect(uint32_t address, uint32_t pages, uint32_t rights)
{
    int32_t error = range_error(address, pages);
    bool *flag;
    uint32_t window;

    for (uint32_t i = 0; !error && i < pages; i++) {
        const struct page *m = model_of(address + i * PAGE, &flag, &window);

        error = !m || !m->frame ? BH_EINVAL : BH_OK;
    }
    for (uint32_t i = 0; !error && i < pages; i++)
        error = rights_error(model_of(address + i * PAGE, &flag, &window)->area, rights);
    for (uint32_t i = 0; !error && i < pages; i++) {
        struct page *m = model_of(address + i * PAGE, &flag, &window);

        expect_flush(address + i * PAGE, m->frame, rights & BH_WRITE);
        m->writable = rights & BH_WRITE;
    }
    return error;
}

/* Arguments near every edge, and now and then far from it. */

static uint32_t some_address(void)
{
    static const uint32_t strange[] = {0,          1,          0x400001,   0xBFFFF000, 0xBFFFE000,
                                       0xC0000000, 0xC0100000, 0xFFFFF000, 0xFFFFFFFF, 0xBFFFF800};
    uint32_t window = windows[host_random() % WINDOWS];

    if (host_random() % 8 == 0)
        return strange[host_random() % (sizeof strange / sizeof *strange)];
    if (host_random() % 2 || window == windows[WINDOWS - 1])
        return window + (uint32_t)(host_random() % 24) * PAGE +
               (window == windows[WINDOWS - 1] ? 1000 * PAGE : 0);
    return window + (1024 - (uint32_t)(host_random() % 8)) * PAGE % 0x400000;
}

static uint32_t some_pages(void)
{
    static const uint32_t strange[] = {0, 32, 33, 0x100000, 0x100001, 0x80000000, 0xFFFFFFFF};

    return host_random() % 8 ? 1 + (uint32_t)(host_random() % 6)
                             : strange[host_random() % (sizeof strange / sizeof *strange)];
}

static uint32_t some_rights(void)
{
    return host_random() % 8 ? 1 + 2 * (uint32_t)(host_random() % 2) : (uint32_t)host_random_bits();
}

/* Whether every page that the model would touch is in a window that it knows. */
static bool known(uint32_t address, uint32_t pages)
{
    return pages == 0 || pages > BH_PAGES_MAX ||
           (window_of(address) < WINDOWS && window_of(address + (pages - 1) * PAGE) < WINDOWS) ||
           range_error(address, pages) != BH_OK;
}

static uint32_t used_space(void)
{
    return (uint32_t)(p.vcpu.space - p.spaces);
}

static struct bh_mapping some_mapping(void)
{
    return (struct bh_mapping){
        .space = (uint32_t)(host_random() % SPACES),
        .address = some_address(),
        .area = host_random() % 16 ? (uint32_t)(host_random() % (AREAS + 1)) : 0xFFFFFFF0,
        .offset = host_random() % 8 ? (uint32_t)(host_random() % 17) * PAGE
                                    : (uint32_t)host_random_bits(),
        .pages = some_pages(),
        .rights = some_rights(),
    };
}

static int32_t model_do(const struct bh_mapping *m, const char *what)
{
    current = m->space;
    if (*what == 'm')
        return model_map(m->address, m->area, m->offset, m->pages, m->rights);
    if (*what == 'u')
        return model_unmap(m->address, m->pages);
    return model_protect(m->address, m->pages, m->rights);
}

/* One call of the three. */
static void single(void)
{
    static const char *const names[] = {"map", "map", "unmap", "protect"};
    const char *what = names[host_random() % 4];
    struct bh_mapping m = some_mapping();
    int32_t wanted, got;

    if (!known(m.address, m.pages))
        return;
    wanted = model_do(&m, what);
    got = *what == 'm'   ? memory_map(&p, &m)
          : *what == 'u' ? memory_unmap(&p, &m)
                         : memory_protect(&p, &m);
    CHECK(got == wanted, "%s(%u: %#x, area %u, offset %#x, %u pages, rights %#x): %d, not %d", what,
          m.space, m.address, m.area, m.offset, m.pages, m.rights, got, wanted);
    if (wanted == BH_OK || host_random() % 50 == 0)
        compare(what);
}

static uint32_t model_missing(const struct bh_mapping *m)
{
    uint32_t first = window_of(m->address), last = window_of(m->address + (m->pages - 1) * PAGE);

    return !have_tables[m->space][first] + (last != first && !have_tables[m->space][last]);
}

/* A batch of good entries is as many calls; the pool may end it early. */
static void batch(void)
{
    struct bh_mapping m[BH_MAPPINGS_MAX];
    uint32_t count = 1 + (uint32_t)(host_random() % 8), pages = 0;
    uint32_t before = tables_left;
    int32_t wanted = (int32_t)count, got;

    for (uint32_t i = 0; i < count; i++) {
        m[i] = (struct bh_mapping){(uint32_t)(host_random() % SPACES),
                                   windows[host_random() % WINDOWS] + (16 + i) * PAGE,
                                   0,
                                   0,
                                   1 + (uint32_t)(host_random() % 12),
                                   host_random() % 4 ? BH_READ : 0};
        pages += m[i].pages;
    }
    if (pages <= BH_BATCH_PAGES)
        for (uint32_t i = 0; i < count; i++) {
            if (m[i].rights && before - tables_left + model_missing(&m[i]) > 2) {
                wanted = (int32_t)i; /* it took long enough */
                break;
            }
            if (model_do(&m[i], m[i].rights ? "map" : "unmap") != BH_OK) {
                wanted = i ? (int32_t)i : BH_ENOMEM;
                break;
            }
        }
    if (pages > BH_BATCH_PAGES)
        wanted = BH_ESIZE;
    got = memory_batch(&p, m, count);
    CHECK(got == wanted, "batch of %u: %d, not %d", count, got, wanted);
    compare("batch");
}

static void step(void)
{
    uint32_t number = (uint32_t)(host_random() % (SPACES + 1));

    switch (host_random() % 64) {
    case 0:
        CHECK(space_switch(&p.vcpu, number) == (number < SPACES ? BH_OK : BH_EINVAL));
        CHECK(cr3 == FRAMES + used_space() * PAGE && p.vcpu.directory == cr3, "CR3 %#x", cr3);
        CHECK(tss.tss.cr3 == cr3, "the TSS says %#x", tss.tss.cr3);
        break;
    case 1:
    case 2:
        batch();
        break;
    default:
        single();
    }
}

static int32_t try_map(uint32_t space, uint32_t address, uint32_t area, uint32_t offset,
                       uint32_t pages, uint32_t rights)
{
    struct bh_mapping m = {space, address, area, offset, pages, rights};

    return memory_map(&p, &m);
}

static void named_refusals(void)
{
    const uint32_t at = 0x10000000;
    const struct bh_mapping unmapped = {0, at, 0, 0, 1, 1}, own = {0, 0xBFFFF000, 0, 0, 1, 1},
                            hypervisor = {0, 0xC0100000, 0, 0, 1, 1},
                            far = {SPACES, at, 0, 0, 1, 1};
    struct bh_mapping two[2] = {{0, at, 0, 0, 1, 1}, {1, at, 1, 0, 1, 3}};

    CHECK(try_map(0, at, 0, 0, 0, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 0, 0, 33, 1) == BH_ESIZE);
    CHECK(try_map(0, at + 1, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, 0, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, 0xBFFFF000, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, 0xBFFFE000, 0, 0, 2, 1) == BH_EINVAL);
    CHECK(try_map(0, 0xC0000000, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, 0xFFFFF000, 0, 0, 2, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 3, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 0xFFFFFFFF, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 0, 0x800, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 1, 4 * PAGE, 2, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 1, 0xFFFFF000, 2, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 1, 5 * PAGE, 1, 1) == BH_EINVAL);
    CHECK(try_map(0, at, 0, 0, 1, 0) == BH_EINVAL);
    CHECK(try_map(0, at, 0, 0, 1, 2) == BH_EINVAL);
    CHECK(try_map(0, at, 0, 0, 1, 4 + 1) == BH_EINVAL);
    CHECK(try_map(0, at, 1, 0, 1, 3) == BH_EPERM);
    CHECK(try_map(SPACES, at, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(0xFFFFFFFF, at, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(memory_protect(&p, &unmapped) == BH_EINVAL);
    CHECK(memory_protect(&p, &far) == BH_EINVAL);
    CHECK(memory_unmap(&p, &far) == BH_EINVAL);
    CHECK(memory_unmap(&p, &own) == BH_EINVAL);
    CHECK(memory_unmap(&p, &hypervisor) == BH_EINVAL);
    CHECK(memory_protect(&p, &hypervisor) == BH_EINVAL);
    CHECK(memory_batch(&p, two, 2) == BH_EPERM); /* and its first entry is not done either */
    CHECK(space_clear(&p.vcpu, used_space()) == BH_EINVAL);
    CHECK(space_clear(&p.vcpu, SPACES) == BH_EINVAL);
    CHECK(space_switch(&p.vcpu, 0x80000000) == BH_EINVAL);
    compare("refusals");
}

/* The control page can be had in another address space, at its place and nowhere else. */
static void control_page(void)
{
    bool user, writable;

    CHECK(try_map(1, 0x10000000, BH_CONTROL_AREA, 0, 1, 3) == BH_EINVAL);
    CHECK(try_map(1, 0xBFFFE000, BH_CONTROL_AREA, 0, 1, 3) == BH_EINVAL);
    CHECK(try_map(1, 0xBFFFF000, BH_CONTROL_AREA, 0, 2, 3) == BH_EINVAL);
    CHECK(try_map(1, 0xBFFFF000, BH_CONTROL_AREA, PAGE, 1, 3) == BH_EINVAL);
    CHECK(try_map(0, 0xBFFFF000, BH_CONTROL_AREA, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(SPACES, 0xBFFFF000, BH_CONTROL_AREA, 0, 1, 1) == BH_EINVAL);
    CHECK(try_map(1, 0xBFFFF000, BH_CONTROL_AREA, 0, 1, 1) == BH_OK);
    current = 1;
    CHECK(walk(0xBFFFF000, &user, &writable) == control_frame() && user && !writable);
    CHECK(try_map(1, 0xBFFFF000, BH_CONTROL_AREA, 0, 1, 3) == BH_OK);
    CHECK(walk(0xBFFFF000, &user, &writable) == control_frame() && user && writable);
    CHECK(space_clear(&p.vcpu, 1) == BH_OK);
    CHECK(walk(0xBFFFF000, &user, &writable) == 0);
}

/* The hypervisor's quarter of the directories is neither read nor written by any call. */
static void check_upper_quarter(void)
{
    const uint32_t *directories = paging_virtual(FRAMES);

    for (uint32_t space = 0; space < SPACES; space++)
        for (uint32_t i = 768; i < 1024; i++)
            CHECK(directories[space * 1024 + i] == 0xABC00000 + i, "directory %u entry %u is %#x",
                  space, i, directories[space * 1024 + i]);
}

static void forget(uint32_t space)
{
    for (uint32_t w = 0; w < WINDOWS; w++)
        tables_left += have_tables[space][w];
    host_memset(have_tables[space], 0, sizeof have_tables[space]);
    host_memset(models[space], 0, sizeof models[space]);
}

/* The first address space has its control page, always. */
static void with_control_page(void)
{
    CHECK(space_map_control(&p));
    have_tables[0][3] = true;
    models[0][3][1023] = (struct page){control_frame(), true, 0};
    tables_left--;
}

/* Clearing takes everything back, and what comes then begins with empty tables. */
static void clearing(void)
{
    uint32_t number = (uint32_t)(host_random() % SPACES);

    if (number == used_space()) { /* a start: all of them */
        flushed = 0;
        for (uint32_t i = 0; i < SPACES; i++)
            space_reset(&p, i);
        CHECK(flushed > 0, "the TLB was not told");
        CHECK(cr3 == FRAMES && used_space() == 0);
        for (uint32_t i = 0; i < SPACES; i++)
            forget(i);
        host_memset(stale, 0, sizeof stale);
        CHECK(p.pool.left == TABLES);
        with_control_page();
    } else {
        CHECK(space_clear(&p.vcpu, number) == BH_OK);
        forget(number);
        if (number == 0) {
            have_tables[0][3] = true;
            models[0][3][1023] = (struct page){control_frame(), true, 0};
            tables_left--;
        }
    }
    compare("clear");
    check_upper_quarter();
}

int main(void)
{
    p.config = &config;
    p.vcpu.partition = &p;
    p.vcpu.tss_memory = &tss;
    boot_cpu.current = &p.vcpu;
    for (uint32_t i = 0; i < AREAS; i++)
        p.area_base[i] = bases[i];
    for (uint32_t i = 768; i < 1024; i++)
        kernel_page_directory.entry[i] = 0xABC00000 + i;
    space_init(&p);
    p.control = control;
    check_upper_quarter();
    with_control_page();
    named_refusals();
    control_page();
    for (int i = 0; i < STEPS && host_failures < 10; i++) {
        step();
        if (i % 500 == 499)
            clearing();
    }
    check_upper_quarter();
    return host_result();
}
