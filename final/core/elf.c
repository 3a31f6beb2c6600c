/* core: ELF. Every comparison is written as `a <= limit - b` with b <= limit known, never as
 * `a + b <= limit`, whose sum may wrap. */
#include "core/elf.h"

#include "klib/string.h"

/* The file's own structures and numbers (System V ABI, figures 4-3 and 5-1). */
struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint32_t entry;
    uint32_t program_offset, section_offset;
    uint32_t flags;
    uint16_t header_size;
    uint16_t program_size, program_count;
    uint16_t section_size, section_count, section_names;
};
_Static_assert(sizeof(struct elf_header) == 52, "System V ABI, figure 4-3");

struct elf_program_header {
    uint32_t type, offset, virtual, physical, file_size, memory_size, flags, align;
};
_Static_assert(sizeof(struct elf_program_header) == 32, "System V ABI, figure 5-1");

enum {
    IDENT_CLASS_32 = 1,
    IDENT_LITTLE_ENDIAN = 1,
    TYPE_EXECUTABLE = 2,
    MACHINE_386 = 3,
    VERSION_CURRENT = 1,
    SEGMENT_LOAD = 1,
    SEGMENT_WRITABLE = 2,
    ALIGNMENT = 0x1000,
};

static const char *check_header(const struct elf_header *h, uint32_t size)
{
    if (size < sizeof *h)
        return "it is too short for an ELF header";
    if (memcmp(h->ident, "\177ELF", 4) != 0)
        return "it is not an ELF file";
    if (h->ident[4] != IDENT_CLASS_32 || h->ident[5] != IDENT_LITTLE_ENDIAN)
        return "it is not a 32-bit little-endian ELF file";
    if (h->type != TYPE_EXECUTABLE || h->machine != MACHINE_386 || h->version != VERSION_CURRENT)
        return "it is not an executable for i386";
    if (h->program_size != sizeof(struct elf_program_header))
        return "its program headers have another size";
    if (h->program_offset % 4 || h->program_offset > size ||
        h->program_count > (size - h->program_offset) / sizeof(struct elf_program_header))
        return "its program headers lie outside the file";
    return NULL;
}

static const char *check_segment(const struct elf_program_header *p, uint32_t size, vaddr_t base,
                                 uint32_t length)
{
    if (p->offset > size || p->file_size > size - p->offset)
        return "a segment lies outside the file";
    if (p->file_size > p->memory_size)
        return "a segment is larger in the file than in memory";
    if (p->virtual % ALIGNMENT)
        return "a segment does not begin on a page boundary";
    if (p->virtual < base || p->virtual - base > length ||
        p->memory_size > length - (p->virtual - base))
        return "a segment lies outside the partition's memory";
    return NULL;
}

/* Do two segments share a page? Neither wraps: both passed check_segment(). */
static bool overlap(const struct elf_segment *a, const struct elf_segment *b)
{
    return a->address < align_up(b->address + b->memory_size, ALIGNMENT) &&
           b->address < align_up(a->address + a->memory_size, ALIGNMENT);
}

static const char *add_segment(struct elf_image *image, const struct elf_program_header *p)
{
    struct elf_segment *new = &image->segments[image->segment_count];

    if (image->segment_count == ELF_SEGMENTS_MAX)
        return "it has too many segments";
    *new = (struct elf_segment){
        .address = p->virtual,
        .memory_size = p->memory_size,
        .file_offset = p->offset,
        .file_size = p->file_size,
        .writable = p->flags & SEGMENT_WRITABLE,
    };
    for (uint32_t i = 0; i < image->segment_count; i++)
        if (overlap(&image->segments[i], new))
            return "two segments overlap";
    image->segment_count++;
    return NULL;
}

static bool entry_in_segment(const struct elf_image *image)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];

        if (image->entry >= s->address && image->entry - s->address < s->file_size)
            return true;
    }
    return false;
}

const char *elf_parse(const void *file, uint32_t size, vaddr_t base, uint32_t length,
                      struct elf_image *image)
{
    const struct elf_header *h = file;
    const char *error = check_header(h, size);

    if (error)
        return error;
    *image = (struct elf_image){.entry = h->entry};
    for (uint32_t i = 0; i < h->program_count; i++) {
        const struct elf_program_header *p =
            (const void *)((const char *)file + h->program_offset + i * sizeof *p);

        if (p->type != SEGMENT_LOAD || p->memory_size == 0)
            continue;
        error = check_segment(p, size, base, length);
        if (!error)
            error = add_segment(image, p);
        if (error)
            return error;
    }
    return entry_in_segment(image) ? NULL : "its entry point is in no segment";
}

void elf_load_page(const struct elf_image *image, const void *file, vaddr_t address, void *page)
{
    memset(page, 0, ALIGNMENT);
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        uint32_t offset = address - s->address; /* of the page in the segment */

        if (address < s->address || offset >= s->file_size)
            continue;
        memcpy(page, (const char *)file + s->file_offset + offset,
               s->file_size - offset < ALIGNMENT ? s->file_size - offset : ALIGNMENT);
    }
}
