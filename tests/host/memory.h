/* "Physical memory" for sources that reach it through hw/paging.h (host/stub/hw/paging.h): one
 * block at a physical address. A source that reads outside it is ended by AddressSanitizer. */
#ifndef MEMORY_H
#define MEMORY_H

#include "hw/boot.h"
#include "hw/multiboot.h"
#include "hw/paging.h"

enum { IMAGE_START = 0x00100000, IMAGE_END = 0x00110000 };

char image_start[1], image_end[1], text_start[1], text_end[1]; /* link.ld's */

static char *memory_block;
static paddr_t memory_address;
static size_t memory_size;

/* Makes a block of exactly that many bytes at a physical address. */
static inline void *memory_at(paddr_t address, size_t size)
{
    memory_block = calloc(1, size);
    memory_address = address;
    memory_size = size;
    return memory_block;
}

void *paging_virtual(paddr_t p)
{
    return memory_block + ((int64_t)p - (int64_t)memory_address);
}

paddr_t paging_physical(const void *pointer)
{
    if (pointer == image_start)
        return IMAGE_START;
    if (pointer == image_end)
        return IMAGE_END;
    return memory_address + (paddr_t)((const char *)pointer - memory_block);
}

#endif
