/* core/elf.c: each refusal by name, loading byte for byte, and thousands of mutated headers.
 *
 * since: ch04
 * sources: core/elf.c klib/string.c
 */
#include "host.h"

#include "core/elf.h"

enum {
    BASE = 0x00400000,
    LENGTH = 0x10000,
    PAGE = 0x1000,
    SIZE = 0x3800, /* of the good file */
    MUTANTS = 20000,
};

/* System V ABI, figures 4-3 and 5-1, once more. */
struct header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version, entry, phoff, shoff, flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct program {
    uint32_t type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

struct file {
    struct header h;
    struct program p[10];
};

static struct file good(void)
{
    return (struct file){
        .h = {.ident = "\177ELF\1\1\1",
              .type = 2,
              .machine = 3,
              .version = 1,
              .entry = BASE + 0x10,
              .phoff = sizeof(struct header),
              .ehsize = sizeof(struct header),
              .phentsize = sizeof(struct program),
              .phnum = 2},
        .p = {{1, 0x1000, BASE, BASE, 0x1800, 0x1800, 5, PAGE},
              {1, 0x3000, BASE + 0x2000, BASE + 0x2000, 0x800, 0x2345, 6, PAGE}},
    };
}

/* The file at the very end of memory, so that a byte read behind it is seen. */
static const char *parse(const struct file *f, uint32_t size, struct elf_image *image)
{
    uint8_t *at = malloc(size ? size : 1);
    const char *error;

    for (uint32_t i = 0; i < size; i++)
        at[i] = i < sizeof *f ? ((const uint8_t *)f)[i] : (uint8_t)(i * 7 + i / 256);
    error = elf_parse(at, size, BASE, LENGTH, image);
    free(at);
    return error;
}

static bool says(const char *error, const char *wanted)
{
    return wanted ? error && host_strstr(error, wanted) : !error;
}

static struct file f;

#define REFUSED(change, wanted) REFUSED_SIZE(SIZE, change, wanted)
#define REFUSED_SIZE(size, change, wanted)                                                \
    do {                                                                                  \
        struct elf_image image;                                                           \
        const char *error;                                                                \
        f = good();                                                                       \
        change;                                                                           \
        error = parse(&f, size, &image);                                                  \
        CHECK(says(error, wanted), "%s: %s, not %s", #change, error ? error : "accepted", \
              (wanted) ? (const char *)(wanted) : "accepted");                            \
    } while (0)

#define ACCEPTED(change) REFUSED(change, (const char *)NULL)

static void named_refusals(void)
{
    const char *outside = "a segment lies outside the partition's memory";

    ACCEPTED((void)0);
    for (uint32_t size = 0; size < sizeof(struct header); size++)
        REFUSED_SIZE(size, (void)0, "too short");
    for (int i = 0; i < 4; i++)
        REFUSED(f.h.ident[i] ^= 1, "not an ELF file");
    REFUSED(f.h.ident[4] = 2, "not a 32-bit little-endian");
    REFUSED(f.h.ident[5] = 2, "not a 32-bit little-endian");
    REFUSED(f.h.type = 1, "not an executable");
    REFUSED(f.h.type = 3, "not an executable");
    REFUSED(f.h.machine = 62, "not an executable");
    REFUSED(f.h.version = 0, "not an executable");
    REFUSED(f.h.phentsize = 56, "another size");
    REFUSED(f.h.phentsize = 0, "another size");
    REFUSED(f.h.phoff = 53, "program headers lie outside");
    REFUSED(f.h.phoff = SIZE - 60, "program headers lie outside");
    REFUSED(f.h.phoff = SIZE + 4, "program headers lie outside");
    REFUSED(f.h.phoff = 0xFFFFFFFC, "program headers lie outside");
    REFUSED(f.h.phnum = 0xFFFF, "program headers lie outside");
    REFUSED_SIZE(sizeof(struct header) + 63, (void)0, "program headers lie outside");
    REFUSED(f.h.phnum = 0, "entry point");
    REFUSED(f.p[0].offset = SIZE + 1, "a segment lies outside the file");
    REFUSED(f.p[1].filesz = 0x801, "a segment lies outside the file");
    REFUSED(f.p[1].filesz = 0xFFFFFFFF, "a segment lies outside the file");
    REFUSED(f.p[1].offset = 0xFFFFF000, "a segment lies outside the file");
    REFUSED((f.p[1].offset = 0x100, f.p[1].filesz = 0xFFFFFF80), "a segment lies outside the file");
    REFUSED(f.p[1].memsz = 0x7FF, "larger in the file than in memory");
    REFUSED(f.p[1].vaddr += 4, "page boundary");
    REFUSED(f.p[1].vaddr = BASE - PAGE, outside);
    REFUSED(f.p[1].vaddr = 0, outside);
    REFUSED(f.p[1].vaddr = 0xFFFFF000, outside);
    REFUSED(f.p[1].vaddr = 0xC0100000, outside);
    REFUSED(f.p[1].vaddr = BASE + LENGTH, outside);
    REFUSED(f.p[1].memsz = 0xFFFFF000, outside);
    REFUSED(f.p[1].memsz = 0xFFFFFFFF, outside);
    REFUSED(f.p[1].memsz = LENGTH - 0x2000 + 1, outside);
    ACCEPTED(f.p[1].memsz = LENGTH - 0x2000);
    REFUSED(f.p[1].vaddr = BASE, "overlap");
    REFUSED(f.p[1].vaddr = BASE + PAGE, "overlap"); /* they share a page */
    REFUSED((f.p[0].memsz = 0x2001, f.p[0].filesz = 0x1800), "overlap");
    REFUSED(f.h.entry = BASE - 1, "entry point");
    REFUSED(f.h.entry = 0, "entry point");
    REFUSED(f.h.entry = BASE + 0x1800, "entry point");
    REFUSED(f.h.entry = BASE + 0x2800, "entry point"); /* zeros, not code from the file */
    REFUSED(f.h.entry = 0xC0100000, "entry point");
    REFUSED((f.p[0].type = 6, f.p[1].type = 4), "entry point");
    ACCEPTED(f.h.entry = BASE + 0x17FF);
    ACCEPTED(f.p[1].type = 6);                           /* not loaded, so not looked at */
    ACCEPTED((f.p[1].memsz = 0, f.p[1].vaddr = 0xFFFF)); /* nothing to load */
}

static void too_many_segments(void)
{
    struct elf_image image;

    for (uint16_t count = 1; count <= 10; count++) {
        const char *error;

        f = good();
        f.h.phnum = count;
        for (uint32_t i = 0; i < count; i++)
            f.p[i] = (struct program){1, 0x1000, BASE + i * PAGE, 0, 0x800, PAGE, 5, PAGE};
        error = parse(&f, SIZE, &image);
        CHECK(says(error, count > ELF_SEGMENTS_MAX ? "too many segments" : NULL), "%u: %s", count,
              error ? error : "accepted");
    }
}

/* What a page of the good file has to hold, by the ABI's words. */
static uint8_t wanted_byte(const uint8_t *bytes, uint32_t address)
{
    for (int i = 0; i < 2; i++)
        if (address >= f.p[i].vaddr && address - f.p[i].vaddr < f.p[i].filesz)
            return bytes[f.p[i].offset + address - f.p[i].vaddr];
    return 0;
}

static void pages(void)
{
    uint8_t *bytes = malloc(SIZE), *page = host_guarded(PAGE);
    struct elf_image image;

    f = good();
    for (uint32_t i = 0; i < SIZE; i++)
        bytes[i] = i < sizeof f ? ((uint8_t *)&f)[i] : (uint8_t)(i * 7 + i / 256 + 1);
    CHECK(!elf_parse(bytes, SIZE, BASE, LENGTH, &image));
    CHECK(image.entry == f.h.entry && image.segment_count == 2);
    CHECK(!image.segments[0].writable && image.segments[1].writable);
    for (uint32_t at = 0; at < LENGTH; at += PAGE) {
        uint32_t wrong = 0;

        host_memset(page, 0xEE, PAGE); /* a page that had another use before */
        elf_load_page(&image, bytes, BASE + at, page);
        for (uint32_t i = 0; i < PAGE; i++)
            wrong += page[i] != wanted_byte(bytes, BASE + at + i);
        CHECK(wrong == 0, "page %#x: %u bytes are wrong", BASE + at, wrong);
    }
    free(bytes);
}

/* Whatever a header says: what is accepted stays inside the file and inside the partition. */
static void check_image(const struct elf_image *image, const uint8_t *bytes, uint32_t size)
{
    bool entry = false;
    uint8_t page[PAGE];

    CHECK(image->segment_count <= ELF_SEGMENTS_MAX);
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        uint64_t file_end = (uint64_t)s->file_offset + s->file_size;
        uint64_t end = (uint64_t)s->address + s->memory_size;

        CHECK(file_end <= size && s->file_size <= s->memory_size && s->memory_size);
        CHECK(s->address >= BASE && end <= BASE + LENGTH && s->address % PAGE == 0);
        entry |= image->entry >= s->address && image->entry < (uint64_t)s->address + s->file_size;
        for (uint32_t j = 0; j < i; j++) {
            const struct elf_segment *t = &image->segments[j];
            uint64_t last = (end - 1) / PAGE;

            CHECK(last < t->address / PAGE ||
                  ((uint64_t)t->address + t->memory_size - 1) / PAGE < s->address / PAGE);
        }
    }
    CHECK(entry);
    for (uint32_t at = 0; at < LENGTH; at += PAGE)
        elf_load_page(image, bytes, BASE + at, page);
}

static void mutants(void)
{
    static const uint32_t awkward[] = {0,      1,           PAGE,       0x7FFFFFFF, 0x80000000,
                                       BASE,   BASE + PAGE, 0xC0000000, 0xFFFFF000, 0xFFFFFFFF,
                                       LENGTH, 4,           32,         52};
    uint32_t accepted = 0;

    for (int n = 0; n < MUTANTS; n++) {
        uint32_t size = host_random() % 4 ? SIZE : (uint32_t)(host_random() % (SIZE + 1));
        uint32_t changes = 1 + (uint32_t)(host_random() % 4);
        struct elf_image image;
        uint8_t *bytes;

        f = good();
        f.h.phnum = host_random() % 8 ? 2 : (uint16_t)(host_random() % 12);
        while (changes--) {
            uint32_t at = (uint32_t)(host_random() % (sizeof(struct header) + 64)) & ~3u;
            uint32_t value = host_random() % 2
                                 ? awkward[host_random() % (sizeof awkward / sizeof *awkward)]
                                 : (uint32_t)host_random_bits();

            if (host_random() % 4 == 0)
                ((uint8_t *)&f)[at + host_random() % 4] = (uint8_t)value;
            else
                host_memcpy((uint8_t *)&f + at, &value, 4);
        }
        bytes = malloc(size ? size : 1);
        for (uint32_t i = 0; i < size; i++)
            bytes[i] = i < sizeof f ? ((uint8_t *)&f)[i] : 0xAA;
        if (!elf_parse(bytes, size, BASE, LENGTH, &image)) {
            accepted++;
            check_image(&image, bytes, size);
        }
        free(bytes);
    }
    CHECK(accepted > MUTANTS / 100 && accepted < MUTANTS, "%u accepted", accepted);
}

int main(void)
{
    named_refusals();
    too_many_segments();
    pages();
    mutants();
    return host_result();
}
