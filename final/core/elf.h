/**
 * @file
 * core: loading a partition's image, a 32-bit ELF executable for i386 (System V ABI, "Object
 * Files").
 *
 * The file comes from outside, so each field is checked before it is used, and the checks cannot be
 * fooled by sums that wrap. These functions touch no hardware; the tests run them on the host too.
 */
#ifndef CORE_ELF_H
#define CORE_ELF_H

#include "klib/types.h"

enum { ELF_SEGMENTS_MAX = 8 };

/** A loadable segment, checked. */
struct elf_segment {
    vaddr_t address;      /**< page-aligned */
    uint32_t memory_size; /**< bytes in memory, not 0 */
    uint32_t file_offset;
    uint32_t file_size; /**< bytes in the file, at most memory_size; the rest is zeros */
    bool writable;
};

/** What there is to load. */
struct elf_image {
    vaddr_t entry;
    uint32_t segment_count;
    struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/**
 * Checks an image and finds its segments.
 *
 * @param file, size    the file in memory
 * @param base, length  the virtual range that its segments have to keep to
 * @param[out] image    valid only when NULL is returned
 * @return NULL, or what is wrong, as a phrase in English
 */
const char *elf_parse(const void *file, uint32_t size, vaddr_t base, uint32_t length,
                      struct elf_image *image);

/**
 * Fills a page as the image wants it at a start: the bytes of its segments, and zeros elsewhere.
 * @param address  virtual address of the page, page-aligned
 * @param page     where the page lies; 4 KiB
 */
void elf_load_page(const struct elf_image *image, const void *file, vaddr_t address, void *page);

#endif
