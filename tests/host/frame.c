/* core/frame.c: frames in order, over holes and around what is reserved, and sizes that wrap.
 *
 * since: final
 * sources: core/frame.c klib/string.c
 */
#include "host.h"

#include "core/frame.h"
#include "core/memmap.h"
#include "memory.h"

enum {
    PAGE = 0x1000,
    BASE = 0x00100000,
    BYTES = 0x00100000,
    HOLE = 0x00140000,
    HOLE_END = 0x00150000
};

static const struct memmap_range ranges[] = {
    {BASE, HOLE - BASE, MULTIBOOT_MEMORY_AVAILABLE},
    {HOLE, HOLE_END - HOLE, 2}, /* reserved */
    {HOLE_END, BASE + BYTES - HOLE_END, MULTIBOOT_MEMORY_AVAILABLE},
};

const struct memmap_range *memmap_range(uint32_t i)
{
    return i < sizeof ranges / sizeof *ranges ? &ranges[i] : NULL;
}

void paging_invalidate(vaddr_t address)
{
    CHECK(false, "nobody changes a mapping here: %#x", address);
}

static void start(void)
{
    host_memset(memory_at(BASE, BYTES), 0xAA, BYTES);
    frame_init();
}

static bool is_clear(paddr_t from, uint32_t bytes)
{
    const uint8_t *byte = paging_virtual(from);

    for (uint32_t i = 0; i < bytes; i++)
        if (byte[i])
            return false;
    return true;
}

static void in_order(const void *unused)
{
    (void)unused;
    start();
    CHECK(frame_alloc(1) == IMAGE_END && frame_alloc(2) == IMAGE_END + PAGE);
    CHECK(is_clear(IMAGE_END, 3 * PAGE));
    CHECK(*(uint8_t *)paging_virtual(IMAGE_END + 3 * PAGE) == 0xAA, "one byte too many is cleared");
    frame_reserve(IMAGE_END + 4 * PAGE + 5, 2); /* a page of which little is reserved */
    CHECK(frame_alloc(1) == IMAGE_END + 3 * PAGE);
    CHECK(frame_alloc(1) == IMAGE_END + 5 * PAGE);
    CHECK(frame_used() == 5);
    CHECK(frame_alloc((HOLE - IMAGE_END) / PAGE - 6) == IMAGE_END + 6 * PAGE); /* up to the hole */
    CHECK(frame_alloc(1) == HOLE_END);
}

static void over_the_hole(const void *unused)
{
    (void)unused;
    start();
    CHECK(frame_alloc((HOLE - IMAGE_END) / PAGE + 1) == HOLE_END); /* one piece: not before it */
    CHECK(frame_alloc(1) == HOLE_END + (HOLE - IMAGE_END) + PAGE);
}

static void claims(const void *unused)
{
    (void)unused;
    start();
    CHECK(frame_alloc(1) == IMAGE_END);
    CHECK(!frame_claim(IMAGE_END, PAGE) && !frame_claim(BASE, PAGE)); /* given, and the image */
    CHECK(!frame_claim(HOLE - PAGE, 2 * PAGE) && !frame_claim(HOLE, PAGE)); /* no RAM */
    CHECK(frame_claim(HOLE - PAGE, PAGE) && frame_claim(IMAGE_END + PAGE, PAGE));
    CHECK(is_clear(HOLE - PAGE, PAGE) && is_clear(IMAGE_END + PAGE, PAGE));
    CHECK(!frame_claim(HOLE - 2 * PAGE, 2 * PAGE)); /* the second is somebody's */
    CHECK(frame_used() == 3);
    CHECK(frame_alloc(1) == IMAGE_END + 2 * PAGE);
}

static void too_much(const void *count)
{
    start();
    frame_alloc(*(const uint32_t *)count);
}

int main(void)
{
    static void (*const good[])(const void *) = {in_order, over_the_hole, claims};
    static const uint32_t refused[] = {
        BYTES / PAGE, /* more than there is in one piece */
        0x000FFFF0,   /* the end wraps, to an address that is RAM */
        0x00100001,   /* the size wraps, to one page */
        0,
    };

    for (size_t n = 0; n < sizeof good / sizeof *good; n++) {
        struct host_end end = host_case(good[n], NULL);

        CHECK(end.status == 0, "case %zu: %d: %s", n, end.status, end.text);
    }
    for (size_t n = 0; n < sizeof refused / sizeof *refused; n++) {
        struct host_end end = host_case(too_much, &refused[n]);

        CHECK(end.status == HOST_PANIC, "%u frames: %d", refused[n], end.status);
    }
    return host_result();
}
