/* core/memmap.c: maps that a loader might pass, good ones and hostile ones.
 *
 * since: ch01
 * sources: core/memmap.c klib/string.c
 */
#include "host.h"

#include "core/memmap.h"
#include "memory.h"

enum { WHERE = 0x9000, RAM = 1, RESERVED = 2, ENTRY = 20, MIB = 1 << 20 };

/* The sources print; nobody reads it here. */
void printf(const char *format, ...)
{
    (void)format;
}

struct entry {
    uint32_t size;
    uint64_t base, length;
    uint32_t type;
} __attribute__((packed));

struct map {
    const char *name;
    struct entry entries[4];
    uint32_t length;   /* bytes; 0: as many entries as have a size */
    const char *panic; /* a part of the message that is wanted, or NULL */
    uint32_t ram_end;  /* wanted */
    uint32_t no_flag;  /* 1: the loader says that it has no map */
    uint32_t address;  /* 0: WHERE */
};

/* clang-format off */
#define LOW {ENTRY, 0, 0x9F000, RAM}
#define MAIN {ENTRY, MIB, 63 * (uint64_t)MIB, RAM}
/* clang-format on */

static const struct map maps[] = {
    {"plain", {LOW, MAIN}, .ram_end = 64 * MIB},
    {"nothing but low memory", {LOW}, .panic = "too little memory"},
    {"no flag", {LOW, MAIN}, .no_flag = 1, .panic = "no memory map"},
    {"empty", {LOW}, .length = 4, .panic = "too little memory"},
    {"far away", {LOW, MAIN}, .address = 0xFFFFF000, .panic = "no memory map"},
    {"ends behind reach", {LOW}, .address = WHERE, .length = 0xFFFFFFFF, .panic = "no memory map"},
    {"size 0", {LOW, {0, MIB, MIB, RAM}, MAIN}, .length = 72, .panic = "claims a size of 0"},
    {"size 19", {{19, MIB, MIB, RAM}, MAIN}, .panic = "claims a size of 19"},
    {"size of 4 GiB", {LOW, {0xFFFFFFFF, MIB, MIB, RAM}}, .panic = "claims a size of 4294967295"},
    {"size that wraps", {LOW, {0xFFFFFFE4, MIB, MIB, RAM}}, .panic = "claims a size"},
    {"half an entry at the end", {LOW, MAIN, MAIN}, .length = 71, .ram_end = 64 * MIB},
    {"reserved", {LOW, MAIN, {ENTRY, 64 * MIB, MIB, RESERVED}}, .ram_end = 64 * MIB},
    {"unknown type", {LOW, MAIN, {ENTRY, 64 * MIB, MIB, 0}}, .ram_end = 64 * MIB},
    {"our place is reserved",
     {LOW, {ENTRY, MIB, 63 * (uint64_t)MIB, RESERVED}},
     .panic = "too little memory"},
    {"odd end", {LOW, {ENTRY, MIB, 63 * (uint64_t)MIB - 1, RAM}}, .ram_end = 64 * MIB - 4096},
    {"length 0", {LOW, {ENTRY, 0x30000000, 0, RAM}, MAIN}, .ram_end = 64 * MIB},
    {"wraps 64 bits", {LOW, MAIN, {ENTRY, 0x2000000, UINT64_MAX, RAM}}, .ram_end = 0x3F000000},
    {"above 4 GiB", {LOW, MAIN, {ENTRY, 0x100000000, 0x100000000, RAM}}, .ram_end = 64 * MIB},
    {"beyond reach", {LOW, {ENTRY, MIB, 0x7FE00000, RAM}}, .ram_end = 0x3F000000},
    {"begins beyond reach", {LOW, MAIN, {ENTRY, 0x3F000000, MIB, RAM}}, .ram_end = 64 * MIB},
    {"image fits, nothing behind it",
     {LOW, {ENTRY, MIB, IMAGE_END - MIB, RAM}},
     .panic = "too little memory"},
    {"image fits, 1 MiB behind it",
     {LOW, {ENTRY, MIB, IMAGE_END, RAM}},
     .ram_end = IMAGE_END + MIB},
    {"begins behind our first byte",
     {LOW, {ENTRY, MIB + 4096, 32 * MIB, RAM}},
     .panic = "too little memory"},
};

static uint32_t default_length(const struct map *map)
{
    uint32_t count = 0;

    while (count < ARRAY_SIZE(map->entries) && map->entries[count].size)
        count++;
    return count * (uint32_t)sizeof(struct entry);
}

/* The map's bytes lie at the very end of memory: a byte read behind them ends the case. */
static void use(const struct map *map)
{
    uint32_t length = map->length ? map->length : default_length(map);
    uint32_t room = length < sizeof map->entries ? length : sizeof map->entries;
    struct multiboot_info info = {
        .flags = map->no_flag ? 0 : MULTIBOOT_INFO_MMAP,
        .mmap_addr = map->address ? map->address : WHERE,
        .mmap_length = length,
    };

    host_memcpy(memory_at(WHERE, room), map->entries, room);
    memmap_init(&info);
}

static void run_map(const void *argument)
{
    const struct map *map = argument;

    use(map);
    CHECK(memmap_ram_end() == map->ram_end, "RAM ends at %#x, not at %#x", memmap_ram_end(),
          map->ram_end);
    memmap_print();
}

/* More ranges than there is room for: the first 32 count, and behind the last there is none. */
static void many(const void *unused)
{
    struct entry *entries = memory_at(WHERE, 100 * sizeof *entries);
    struct multiboot_info info = {
        .flags = MULTIBOOT_INFO_MMAP, .mmap_addr = WHERE, .mmap_length = 100 * sizeof *entries};
    uint32_t count = 0;

    (void)unused;
    for (uint32_t i = 0; i < 100; i++)
        entries[i] = (struct entry){ENTRY, MIB + i * 64 * (uint64_t)MIB, 32 * MIB, RAM};
    memmap_init(&info);
    while (memmap_range(count))
        count++;
    CHECK(count == 32, "%u ranges", count);
    CHECK(memmap_range(0)->base == MIB);
    CHECK(!memmap_range(UINT32_MAX));
}

/* An entry with more in it than we know of is skipped by its own size. */
static void long_entries(const void *unused)
{
    const uint32_t stride = 32;
    char *at = memory_at(WHERE, 2 * stride);
    struct multiboot_info info = {
        .flags = MULTIBOOT_INFO_MMAP, .mmap_addr = WHERE, .mmap_length = 2 * stride};
    const struct entry entries[] = {{stride - 4, 0, 0x9F000, RAM},
                                    {stride - 4, MIB, 32 * MIB, RAM}};

    (void)unused;
    host_memcpy(at, &entries[0], sizeof entries[0]);
    host_memcpy(at + stride, &entries[1], sizeof entries[1]);
    memmap_init(&info);
    CHECK(memmap_range(1) && memmap_range(1)->base == MIB && !memmap_range(2));
}

/* Whatever the bytes are: a panic with a message, or a map; never a read outside it. */
static void noise(const void *argument)
{
    uint32_t words = *(const uint32_t *)argument % 40 + 1;
    uint32_t *bytes = memory_at(WHERE, words * 4);
    struct multiboot_info info = {
        .flags = MULTIBOOT_INFO_MMAP, .mmap_addr = WHERE, .mmap_length = words * 4};

    for (uint32_t i = 0; i < *(const uint32_t *)argument; i++)
        host_random();
    for (uint32_t i = 0; i < words; i++)
        bytes[i] =
            host_random() % 2 ? (uint32_t)host_random_bits() : ENTRY + (uint32_t)host_random() % 8;
    memmap_init(&info);
}

int main(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(maps); i++) {
        struct host_end end = host_case(run_map, &maps[i]);

        if (maps[i].panic)
            CHECK(end.status == HOST_PANIC && host_strstr(end.text, maps[i].panic),
                  "%s: ended with %d:\n%s", maps[i].name, end.status, end.text);
        else
            CHECK(end.status == 0, "%s: ended with %d:\n%s", maps[i].name, end.status, end.text);
    }
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct host_end end = host_case(noise, &seed);

        CHECK(end.status == 0 || end.status == HOST_PANIC, "seed %u ended with %d:\n%s", seed,
              end.status, end.text);
    }
    CHECK(host_case(many, NULL).status == 0, "many: %s", host_case(many, NULL).text);
    CHECK(host_case(long_entries, NULL).status == 0, "%s", host_case(long_entries, NULL).text);
    return host_result();
}
