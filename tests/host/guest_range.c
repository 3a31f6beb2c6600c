/* virt/memory/guest_range.h: the hot paths' checks, over page tables that a test invents: a buffer of every
 * length that begins in one page and ends in another, of all kinds, and over KERNEL_BASE.
 *
 * since: final
 */
#include "host.h"

#define GUEST_RANGE_OF_THE_CHAPTER
#include "memory.h"
#if __has_include("virt/memory/guest_range.h")
#include "virt/memory/guest_range.h"
#else
#include "virt/memory/guest_range.h"
#endif

enum { PAGE = 0x1000, TABLES = 16, BLOCK = 0x01000000, KERNEL_PART = 0xC0000000 };

static struct page_table *tables; /* physical memory: the directory, and page tables behind it */
static struct vcpu vcpu;

void paging_invalidate(vaddr_t address)
{
    CHECK(false, "nobody changes a mapping here: %#x", address);
}

static const page_entry_t kinds[] = {
    0,                                            /* no page */
    PAGE_USER | PAGE_WRITE,                       /* not present */
    PAGE_PRESENT,                                 /* the hypervisor's */
    PAGE_PRESENT | PAGE_WRITE,                    /* the same, to write */
    PAGE_PRESENT | PAGE_USER,                     /* to read */
    PAGE_PRESENT | PAGE_USER | PAGE_WRITE,        /* to write */
    PAGE_PRESENT | PAGE_USER | PAGE_WRITE | 0xE0, /* accessed, dirty: no difference */
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* The table of a directory's entry; the hypervisor's part has a partition's pages, as page tables that
 * are no page tables might look: nobody may ask them. */
static void invent(void)
{
    uint32_t next = 1;
    static const uint32_t used[] = {0, 1, 2, 767, 768, 769};

    host_memset(tables, 0, TABLES * sizeof *tables);
    for (uint32_t i = 0; i < 1024; i++) { /* entries that are not present name a full table */
        tables->entry[i] = BLOCK + (TABLES - 1) * PAGE;
        tables[TABLES - 1].entry[i] = PAGE_PRESENT | PAGE_USER | PAGE_WRITE;
    }
    for (uint32_t n = 0; n < sizeof used / sizeof *used; n++) {
        /* software's bits, which are in an address that nobody masks */
        tables->entry[used[n]] =
            (BLOCK + next * PAGE) | PAGE_PRESENT | PAGE_USER | PAGE_WRITE | 0xE60;
        for (uint32_t i = 0; i < 1024; i++)
            tables[next].entry[i] = PAGE_PRESENT | PAGE_USER | PAGE_WRITE;
        next++;
    }
}

static page_entry_t *entry_of(uint32_t address)
{
    page_entry_t of_directory = tables->entry[address >> 22];

    if (!(of_directory & PAGE_PRESENT))
        return NULL;
    return &tables[((of_directory & ~0xFFFu) - BLOCK) / PAGE].entry[address >> 12 & 1023];
}

/* What the manual says (Intel SDM vol. 3A, 4.6), in 64 bits, a byte's page after the other. */
static bool allowed(uint64_t address, uint64_t bytes, page_entry_t wanted)
{
    if (address + bytes > KERNEL_PART)
        return false;
    for (uint64_t page = address / PAGE; page <= (address + bytes - 1) / PAGE; page++) {
        const page_entry_t *entry = entry_of((uint32_t)(page * PAGE));

        if (!entry || (*entry & wanted) != wanted)
            return false;
    }
    return true;
}

static void try(uint32_t address, uint32_t bytes)
{
    const void *pointer = guest_pointer(address);
    bool may_read = allowed(address, bytes, PAGE_PRESENT | PAGE_USER);
    bool may_write = allowed(address, bytes, PAGE_PRESENT | PAGE_USER | PAGE_WRITE);

    CHECK(guest_may_read(&vcpu, pointer, bytes) == may_read, "read of %u at %#x", bytes, address);
    CHECK(guest_may_write(&vcpu, pointer, bytes) == may_write, "write of %u at %#x", bytes,
          address);
}

/* Every length, from places before, at and behind the border. */
static void over(uint32_t border)
{
    static const int32_t places[] = {-4096, -4095, -64, -24, -5, -4, -2, -1, 0, 1, 4};

    for (uint32_t n = 0; n < sizeof places / sizeof *places; n++)
        for (uint32_t bytes = 1; bytes <= PAGE; bytes++)
            if (border || places[n] >= 0) /* before 0 is the end */
                try(border + (uint32_t)places[n], bytes);
}

/* Both sides of a border of pages, in each pair of kinds; also where page tables meet. */
static void each_pair(uint32_t border)
{
    for (uint32_t first = 0; first < KINDS; first++)
        for (uint32_t second = 0; second < KINDS; second++) {
            *entry_of(border - PAGE) = kinds[first];
            *entry_of(border) = kinds[second];
            over(border);
        }
}

static void without_a_table(void)
{
    invent();
    tables->entry[1] &= ~(page_entry_t)PAGE_PRESENT; /* what it names has all rights */
    over(0x00400000);
    over(0x00800000);
    over(0x00600000);
}

int main(void)
{
    tables = memory_at(BLOCK, TABLES * PAGE);
    vcpu.directory = BLOCK;
    invent();
    each_pair(0x00401000);
    each_pair(0x00800000);
    invent();
    over(KERNEL_PART);
    over(0xC0400000);
    over(0x00000000);
    for (uint32_t bytes = 1; bytes <= PAGE; bytes++) /* over the end of all addresses */
        try(0xFFFFF000 + bytes - 1, bytes);
    without_a_table();
    return host_result();
}
