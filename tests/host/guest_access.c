/* virt/memory/guest_access.c: which ranges a partition may name, over page tables that a test invents.
 * Nothing is copied here: bh_memcpy() below notes what would have been, and gives what a string
 * needs.
 *
 * since: ch05
 * sources: virt/memory/guest_access.c
 */
#include "host.h"

#include "virt/cpu.h"
#include "virt/memory/guest_access.h"

enum { PAGE = 0x1000 };

struct cpu boot_cpu;

static struct partition partition;
#if __has_include("virt/memory/space.h") /* `final` has several */
static struct address_space space_in_use;
static struct vcpu vcpu = {.partition = &partition, .space = &space_in_use};
static const struct address_space *const in_use = &space_in_use;
#else
static struct vcpu vcpu = {.partition = &partition};
static const struct address_space *const in_use = &partition.space;
#endif

static page_entry_t *tables; /* an entry for each page of 4 GiB */
static uint64_t copied_from, copied_to;
static uint32_t copied_bytes, copies;

page_entry_t *addrspace_entry(const struct address_space *space, vaddr_t address)
{
    CHECK(space == in_use);
    CHECK(address < 0xC0000000, "the hypervisor's own tables were asked about %#x", address);
    return tables[address / PAGE] == 0xFFFFFFFF ? NULL : &tables[address / PAGE];
}

void *memcpy(void *to, const void *from, size_t bytes)
{
    copied_to = (uint64_t)(uintptr_t)to;
    copied_from = (uint64_t)(uintptr_t)from;
    copied_bytes = (uint32_t)bytes;
    copies++;
    return to;
}

/* What the manual says of a range (Intel SDM vol. 3A, 4.6), in 64 bits: no sum wraps. */
static bool allowed(uint64_t address, uint64_t bytes, page_entry_t wanted)
{
    if (address + bytes > 0xC0000000 || address >= 0xC0000000)
        return false;
    for (uint64_t page = address / PAGE; bytes && page <= (address + bytes - 1) / PAGE; page++)
        if (tables[page] == 0xFFFFFFFF || (tables[page] & wanted) != wanted)
            return false;
    return true;
}

static void try(uint32_t address, uint32_t bytes)
{
    bool in, out, may_read, may_write;

    may_read = allowed(address, bytes, PAGE_PRESENT | PAGE_USER);
    may_write = allowed(address, bytes, PAGE_PRESENT | PAGE_USER | PAGE_WRITE);
    copies = 0;
    in = guest_copy_in((void *)0x1234, guest_pointer(address), bytes);
    CHECK(in == may_read, "read of %u bytes at %#x: %d", bytes, address, in);
    CHECK(copies == may_read || (copies == 0 && !bytes), "%u copies", copies);
    if (may_read && bytes)
        CHECK(copied_from == address && copied_to == 0x1234 && copied_bytes == bytes);
    copies = 0;
    out = guest_copy_out(guest_pointer(address), (void *)0x1234, bytes);
    CHECK(out == may_write, "write of %u bytes at %#x: %d", bytes, address, out);
    CHECK(copies == may_write || (copies == 0 && !bytes), "%u copies", copies);
    if (may_write && bytes)
        CHECK(copied_to == address && copied_from == 0x1234 && copied_bytes == bytes);
}

static const page_entry_t kinds[] = {
    0xFFFFFFFF,                            /* no page table */
    0,                                     /* no page */
    PAGE_USER | PAGE_WRITE,                /* not present */
    PAGE_PRESENT,                          /* the hypervisor's */
    PAGE_PRESENT | PAGE_WRITE,             /* the same, to write */
    PAGE_PRESENT | PAGE_USER,              /* to read */
    PAGE_PRESENT | PAGE_USER | PAGE_WRITE, /* to write */
    PAGE_PRESENT | PAGE_USER | PAGE_WRITE, /* so that long ranges succeed as well */
    PAGE_PRESENT | PAGE_USER | 0x3000E60,  /* a frame and other bits make no difference */
};

static page_entry_t any_kind(void)
{
    return kinds[host_random() % (sizeof kinds / sizeof *kinds)];
}

static const uint32_t places[] = {0x00000000, 0x00400000, 0x00800000, 0x10000000,
                                  0xBFFFC000, 0xC0000000, 0xC0100000, 0xFFFFE000};

/* Some pages around each place; nothing elsewhere. */
static void invent(bool all_writable)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (uint32_t n = 0; n < 6; n++) {
            uint32_t page = places[i] / PAGE + n - 2;

            if (page < 1u << 20)
                tables[page] = all_writable ? PAGE_PRESENT | PAGE_USER | PAGE_WRITE : any_kind();
        }
}

static void every_boundary(void)
{
    static const uint32_t lengths[] = {0,          1,          2,          4,          8,
                                       4095,       4096,       4097,       8192,       12289,
                                       20000,      0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000,
                                       0xBFFFFFFF, 0xC0000000, 0xFFFFF000, 0xFFFFFFF0, 0xFFFFFFFF};

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (int32_t page = -2; page < 5; page++)
            for (int32_t edge = -9; edge < 9; edge++)
                for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++)
                    try(places[i] + (uint32_t)(page * PAGE + edge), lengths[n]);
}

static void at_random(void)
{
    for (int n = 0; n < 100000; n++) {
        uint32_t place = places[host_random() % (sizeof places / sizeof *places)];
        uint32_t address = place + (uint32_t)(host_random() % (7 * PAGE)) - 3 * PAGE;

        if (n % 500 == 0)
            invent(false);
        try(address, (uint32_t)(host_random() % 2 ? host_random_bits() : host_random() % 9000));
    }
}

static char text[64]; /* what guest_string_in() copies into; bh_memcpy() leaves it alone */

static int32_t string_at(uint32_t address, uint32_t size)
{
    return guest_string_in(text, guest_pointer(address), size);
}

/* How a text is fetched is not our affair: only which bytes are asked for, and what is answered. */
static void strings(void)
{
    CHECK(string_at(0x00400000, 24) == -1); /* bh_memcpy() leaves text as it is: no NUL */
    host_memset(text, 0, sizeof text);
    CHECK(string_at(0x00400000, 24) == 0);
    CHECK(string_at(0x00400000, 0) == -1);
    CHECK(string_at(0xBFFFFFFF, 24) == 0);
    CHECK(string_at(0xC0000000, 24) == -1);
    CHECK(string_at(0xFFFFFFFF, 24) == -1);
    host_memset(text, 'a', sizeof text);
    copies = 0;
    CHECK(string_at(0x00400000, 24) == -1);
    CHECK(copied_from + copied_bytes <= 0x00400000 + 24, "read %u bytes", copied_bytes);
    copied_from = copied_bytes = 0;
    CHECK(string_at(0xBFFFFFF8, 24) == -1);
    CHECK(copied_from + copied_bytes <= 0xC0000000, "read at %#llx", (long long)copied_from);
    text[5] = 0;
    CHECK(string_at(0x00400000, 24) == 5);
    CHECK(string_at(0xBFFFFFFA, 24) == 5);
    CHECK(string_at(0xBFFFFFFB, 24) == -1); /* its NUL would be the hypervisor's */
    CHECK(string_at(0x00400000, 6) == 5);
    CHECK(string_at(0x00400000, 5) == -1);
    tables[0x00401] = PAGE_PRESENT; /* the next page is not the partition's */
    CHECK(string_at(0x00400FFA, 24) == 5);
    CHECK(string_at(0x00400FFB, 24) == -1);
}

int main(void)
{
    boot_cpu.current = &vcpu;
    tables = malloc(sizeof *tables << 20);
    host_memset(tables, 0xFF, sizeof *tables << 20);
    invent(true);
    every_boundary();
    host_memset(text, 'a', sizeof text);
    strings();
    for (int round = 0; round < 5; round++) {
        invent(false);
        every_boundary();
    }
    at_random();
    return host_result();
}
