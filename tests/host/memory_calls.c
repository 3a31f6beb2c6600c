/* virt/memory/memory.c and virt/memory/addrspace.c: map, unmap and protect against a model that knows nothing of
 * page tables, each refusal by name, and no change to the tables that the TLB is not told of.
 *
 * since: ch05
 * until: ch06
 * sources: virt/memory/memory.c virt/memory/addrspace.c klib/string.c
 */
#include "host.h"

#include "memory.h"
#include "virt/memory/memory.h"

enum {
    PAGE = 0x1000,
    TABLES = 3, /* in the pool */
    AREAS = 3,
    FRAMES = 0x200000, /* physical: where the tables lie */
    WINDOWS = 4,       /* regions of 4 MiB that are used */
    STEPS = 20000,
};

static const struct system_partition config = {
    .area_count = AREAS,
    .areas = {{"memory", AREA_ANYWHERE, 0x00400000, 16 * PAGE, AREA_READ | AREA_WRITE},
              {"rom", AREA_ANYWHERE, AREA_UNMAPPED, 5 * PAGE, AREA_READ},
              {"one", AREA_ANYWHERE, AREA_UNMAPPED, PAGE, AREA_READ | AREA_WRITE}},
};
static const uint32_t bases[AREAS] = {0x01000000, 0x02000000, 0x03000000};
static const uint32_t windows[WINDOWS] = {0x00000000, 0x00400000, 0x10000000, 0xBFC00000};

struct page_table kernel_page_directory;
static struct partition p;

/* The machine's part */

static uint32_t flushed; /* translations that were dropped */

void cpu_set_cr3(uint32_t value)
{
    (void)value;
    flushed++;
}

uint32_t cpu_cr3(void)
{
    return 0;
}

paddr_t frame_alloc(uint32_t count)
{
    CHECK(count == 1 + TABLES, "%u frames", count);
    memory_at(FRAMES, count * PAGE);
    return FRAMES;
}

/* The model: what each page of a window is, with nothing said of how. */

struct page {
    uint32_t frame; /* 0: no page */
    bool writable;
    uint8_t area;
};

static struct page model[WINDOWS][1024];
static bool has_table[WINDOWS];
static uint32_t tables_left = TABLES;
static bool stale[WINDOWS][1024]; /* was present, changed, and the TLB was not told */

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

/* The directory and the tables as the CPU walks them (Intel SDM vol. 3A, 4.3). */
static uint32_t walk(uint32_t address, bool *user, bool *writable)
{
    const uint32_t *directory = paging_virtual(FRAMES), *table;
    uint32_t upper = directory[address >> 22], entry;

    *user = *writable = false;
    if (!(upper & 1))
        return 0;
    table = paging_virtual(upper & 0xFFFFF000);
    entry = table[address >> 12 & 1023];
    *user = upper & entry & 4;
    *writable = upper & entry & 2;
    return entry & 1 ? entry & 0xFFFFF000 : 0;
}

static void compare(const char *what)
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

/* Marks what a call is about to change of what the TLB may know. */
static void expect_flush(uint32_t address, uint32_t frame, bool writable)
{
    bool *flag;
    uint32_t window;
    struct page *m = model_of(address, &flag, &window);

    if (m && m->frame && (m->frame != frame || m->writable != writable))
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

        error = !m || !m->frame ? BH_EINVAL : rights_error(m->area, rights);
    }
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

static void step(void)
{
    uint32_t address = some_address(), pages = some_pages(), rights = some_rights();
    uint32_t area = host_random() % 16 ? (uint32_t)(host_random() % (AREAS + 1)) : 0xFFFFFFFF;
    uint32_t offset =
        host_random() % 8 ? (uint32_t)(host_random() % 17) * PAGE : (uint32_t)host_random_bits();
    int32_t wanted, got;
    const char *what;

    if (!known(address, pages))
        return;
    switch (host_random() % 4) {
    case 0:
    case 1:
        what = "map";
        wanted = model_map(address, area, offset, pages, rights);
        got = memory_map(&p, address, area, offset, pages, rights);
        break;
    case 2:
        what = "unmap";
        wanted = model_unmap(address, pages);
        got = memory_unmap(&p, address, pages);
        break;
    default:
        what = "protect";
        wanted = model_protect(address, pages, rights);
        got = memory_protect(&p, address, pages, rights);
    }
    CHECK(got == wanted, "%s(%#x, area %u, offset %#x, %u pages, rights %#x): %d, not %d", what,
          address, area, offset, pages, rights, got, wanted);
    if (wanted == BH_OK || host_random() % 50 == 0)
        compare(what);
}

static void named_refusals(void)
{
    const uint32_t at = 0x10000000;

    CHECK(memory_map(&p, at, 0, 0, 0, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 0, 0, 33, 1) == BH_ESIZE);
    CHECK(memory_map(&p, at + 1, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, 0, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, 0xBFFFF000, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, 0xBFFFE000, 0, 0, 2, 1) == BH_EINVAL);
    CHECK(memory_map(&p, 0xC0000000, 0, 0, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, 0xFFFFF000, 0, 0, 2, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 3, 0, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 0xFFFFFFFF, 0, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 0, 0x800, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 1, 4 * PAGE, 2, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 1, 0xFFFFF000, 2, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 1, 5 * PAGE, 1, 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 0, 0, 1, 0) == BH_EINVAL);
    CHECK(memory_map(&p, at, 0, 0, 1, 2) == BH_EINVAL);
    CHECK(memory_map(&p, at, 0, 0, 1, 4 + 1) == BH_EINVAL);
    CHECK(memory_map(&p, at, 1, 0, 1, 3) == BH_EPERM);
    CHECK(memory_protect(&p, at, 1, 1) == BH_EINVAL);
    CHECK(memory_unmap(&p, 0xBFFFF000, 1) == BH_EINVAL);
    CHECK(memory_unmap(&p, 0xC0100000, 1) == BH_EINVAL);
    CHECK(memory_protect(&p, 0xC0100000, 1, 1) == BH_EINVAL);
    compare("refusals");
}

/* The hypervisor's quarter of the directory is neither read nor written by any call. */
static void check_upper_quarter(void)
{
    const uint32_t *directory = paging_virtual(FRAMES);

    for (uint32_t i = 768; i < 1024; i++)
        CHECK(directory[i] == 0xABC00000 + i, "directory entry %u is %#x", i, directory[i]);
}

/* Clearing takes everything back, and what comes then begins with empty tables. */
static void clearing(void)
{
    flushed = 0;
    addrspace_clear(&p.space);
    CHECK(flushed > 0, "the TLB was not told");
    host_memset(model, 0, sizeof model);
    host_memset(has_table, 0, sizeof has_table);
    host_memset(stale, 0, sizeof stale);
    tables_left = TABLES;
    compare("clear");
    check_upper_quarter();
}

int main(void)
{
    p.config = &config;
    for (uint32_t i = 0; i < AREAS; i++)
        p.area_base[i] = bases[i];
    for (uint32_t i = 768; i < 1024; i++)
        kernel_page_directory.entry[i] = 0xABC00000 + i;
    addrspace_init(&p.space, TABLES);
    check_upper_quarter();
    named_refusals();
    for (int i = 0; i < STEPS && host_failures < 10; i++) {
        step();
        if (i % 3000 == 2999)
            clearing();
    }
    check_upper_quarter();
    return host_result();
}
