/* core/blob.c, core/system_check.c: the checksum, flipped bits, and all that numbers can be.
 * With arguments it checks those files instead, a line each: test_blob.py compares.
 *
 * since: final
 * sources: core/blob.c core/system_check.c core/system_check_links.c
 *          core/system_check_memory.c klib/string.c
 */
#include "host.h"

#include "core/blob.h"
#include "core/system_check.h"

/* A copy in memory that ends with the blob's last byte. */
static const char *check(const void *bytes, uint32_t size)
{
    void *copy = malloc(size ? size : 1);
    const char *error;

    host_memcpy(copy, bytes, size);
    error = blob_check(copy, size);
    free(copy);
    return error;
}

static uint32_t crc_by_bits(const uint8_t *bytes, uint32_t size)
{
    uint32_t crc = 0xFFFFFFFF;

    for (uint32_t i = 0; i < size * 8; i++) {
        uint32_t bit = (crc ^ bytes[i / 8] >> i % 8) & 1;

        crc = crc >> 1 ^ (bit ? 0xEDB88320 : 0);
    }
    return ~crc;
}

struct whole {
    struct blob_header header;
    struct system system;
};

static struct whole good(void)
{
    static struct whole w;

    host_memset(&w, 0, sizeof w);
    w.system.partition_count = 2;
    for (int i = 0; i < 2; i++) {
        struct system_partition *p = &w.system.partitions[i];

        host_memcpy(p->name, i ? "b" : "a", 2);
        host_memcpy(p->image, "image", 6);
        p->page_tables = 2;
        p->area_count = 2;
        p->areas[0] = (struct system_area){.name = "main",
                                           .physical = 0xFFFFFFFF,
                                           .virtual = 0x400000,
                                           .size = 0x10000,
                                           .rights = 3};
        p->areas[1] = (struct system_area){.name = "more",
                                           .physical = 0x1000000 + (uint32_t)i * 0x4000,
                                           .virtual = 0x800000,
                                           .size = 0x4000,
                                           .rights = 1};
        p->port_range_count = 1;
        p->port_ranges[0].first = i ? 0x2F8 : 0x3F8;
        p->port_ranges[0].last = i ? 0x2FF : 0x3FF;
        p->lines = i ? 1 << 5 : 1 << 4;
        p->trace_mask = 0x81;
    }
    w.system.plan_count = 1;
    w.system.plans[0] = (struct system_plan){"plan", 1000, 2, {{0, 0, 500}, {1, 500, 500}}};
    w.system.channel_count = 2;
    w.system.channels[0] = (struct system_channel){.name = "a",
                                                   .writer_port = "w",
                                                   .reader_ports = {"r"},
                                                   .message_size = 64,
                                                   .depth = 1,
                                                   .valid_us = 5000,
                                                   .writer = 0,
                                                   .reader_count = 1,
                                                   .readers = {1}};
    w.system.channels[1] = (struct system_channel){.name = "b",
                                                   .writer_port = "x",
                                                   .reader_ports = {"s"},
                                                   .kind = 1,
                                                   .message_size = 4096,
                                                   .depth = 64,
                                                   .writer = 1,
                                                   .reader_count = 1,
                                                   .readers = {0}};
    w.system.shared_count = 1;
    w.system.shared[0] = (struct system_shared){"block", 0xFFFFFFFF, 0x2000};
    w.system.signal_count = 1;
    w.system.signals[0] = (struct system_signal){"signal", 0, 1, 8};
    w.header = (struct blob_header){0x44484B42, 3, sizeof w,
                                    crc_by_bits((void *)&w.system, sizeof w.system)};
    return w;
}

static void checksums(void)
{
    uint8_t bytes[300];

    CHECK(blob_crc("123456789", 9) == 0xCBF43926); /* the check value of every catalogue */
    CHECK(blob_crc("", 0) == 0);
    for (int n = 0; n < 2000; n++) {
        uint32_t size = (uint32_t)(host_random() % sizeof bytes);

        for (uint32_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)host_random();
        CHECK(blob_crc(bytes, size) == crc_by_bits(bytes, size), "%u bytes", size);
    }
}

static void flipped_bits(void)
{
    struct whole w = good();

    CHECK(check(&w, sizeof w) == NULL, "%s", check(&w, sizeof w));
    for (uint32_t bit = 0; bit < sizeof w * 8; bit += 1 + bit / 200) {
        ((uint8_t *)&w)[bit / 8] ^= 1u << bit % 8;
        CHECK(check(&w, sizeof w) != NULL, "bit %u of byte %u", bit % 8, bit / 8);
        ((uint8_t *)&w)[bit / 8] ^= 1u << bit % 8;
    }
    for (uint32_t size = 0; size < sizeof w; size += 1 + size / 50)
        CHECK(check(&w, size) != NULL, "%u bytes", size);
}

/* With a right checksum: what is accepted holds whatever the hypervisor is going to rely on. */
static void check_accepted(const struct system *s)
{
    CHECK(s->partition_count >= 1 && s->partition_count <= 16);
    CHECK(s->plan_count >= 1 && s->plan_count <= 4);
    for (uint32_t i = 0; i < s->partition_count; i++) {
        const struct system_partition *p = &s->partitions[i];

        CHECK(memchr(p->name, 0, 24) && memchr(p->image, 0, 24));
        CHECK(p->area_count >= 1 && p->area_count <= 8 && p->port_range_count <= 8);
        CHECK(p->areas[0].virtual != 0xFFFFFFFF && p->areas[0].rights == 3);
        for (uint32_t j = 0; j < p->area_count; j++) {
            const struct system_area *a = &p->areas[j];

            CHECK(a->size && a->size % 4096 == 0 && memchr(a->name, 0, 24));
            CHECK(a->rights == 1 || a->rights == 3);
            CHECK(a->kind <= 2 && a->cache <= 2);
            if (a->kind == 1)
                CHECK(a->shared < s->shared_count && a->physical == 0xFFFFFFFF &&
                      (uint64_t)a->offset + a->size <= s->shared[a->shared].size);
            else if (a->physical != 0xFFFFFFFF)
                CHECK(a->physical % 4096 == 0 &&
                      (uint64_t)a->physical + a->size <= (a->kind ? 1ull << 32 : 0x3F000000));
            if (a->virtual != 0xFFFFFFFF)
                CHECK(a->virtual >= 4096 && a->virtual % 4096 == 0 &&
                      (uint64_t)a->virtual + a->size <= 0xBFFFF000);
        }
        CHECK(!(p->lines & ~0xDFFAu) && !(p->level_lines & ~p->lines) && p->spaces < 8);
        CHECK(p->trace_mask < 256 && p->health_plan < s->plan_count && p->flags < 8);
        for (uint32_t j = 0; j < 32; j++)
            CHECK(p->actions[j] <= 10);
        for (uint32_t j = 0; j < p->port_range_count; j++)
            CHECK(p->port_ranges[j].first <= p->port_ranges[j].last);
    }
    for (uint32_t i = 0; i < s->signal_count; i++)
        CHECK(s->signals[i].from < s->partition_count && s->signals[i].to < s->partition_count &&
              s->signals[i].virq >= 8 && s->signals[i].virq < 16);
    for (uint32_t i = 0; i < s->plan_count; i++) {
        const struct system_plan *plan = &s->plans[i];
        uint64_t now = 0;

        CHECK(plan->major_frame_us && plan->slot_count && plan->slot_count <= 64);
        for (uint32_t j = 0; j < plan->slot_count; j++) {
            CHECK(plan->slots[j].start_us >= now && plan->slots[j].duration_us);
            CHECK(plan->slots[j].partition < s->partition_count);
            now = (uint64_t)plan->slots[j].start_us + plan->slots[j].duration_us;
        }
        CHECK(now <= plan->major_frame_us);
    }
}

#define WORD(member) (offsetof(struct system, member) / 4)

static void mutants(void)
{
    static const uint32_t awkward[] = {0,          1,          2,  16,         17,         0xFFFF,
                                       0x1000,     0x3F000000, 4,  0x7FFFFFFF, 0x80000000, 500,
                                       0xBFFFF000, 0xC0000000, 64, 0xFFFFF000, 0xFFFFFFFF, 8};
    static const uint32_t used[] = {
        WORD(partition_count),
        WORD(partitions[0].flags),
        WORD(partitions[0].page_tables),
        WORD(partitions[0].restarts),
        WORD(partitions[0].spaces),
        WORD(partitions[0].background),
        WORD(partitions[0].lines),
        WORD(partitions[0].level_lines),
        WORD(partitions[1].lines),
        WORD(partitions[0].trace_mask),
        WORD(partitions[0].health_plan),
        WORD(partitions[0].actions[0]),
        WORD(partitions[0].actions[12]),
        WORD(partitions[0].actions[20]),
        WORD(partitions[0].area_count),
        WORD(partitions[0].areas[0].physical),
        WORD(partitions[0].areas[0].virtual),
        WORD(partitions[0].areas[0].rights),
        WORD(partitions[0].areas[1].physical),
        WORD(partitions[0].areas[1].virtual),
        WORD(partitions[0].areas[1].size),
        WORD(partitions[0].areas[1].rights),
        WORD(partitions[0].areas[1].kind),
        WORD(partitions[0].areas[1].cache),
        WORD(partitions[0].areas[1].shared),
        WORD(partitions[0].areas[1].offset),
        WORD(partitions[0].port_range_count),
        WORD(partitions[0].port_ranges[0]),
        WORD(plan_count),
        WORD(plans[0].major_frame_us),
        WORD(plans[0].slot_count),
        WORD(plans[0].slots[0].partition),
        WORD(plans[0].slots[0].start_us),
        WORD(plans[0].slots[0].duration_us),
        WORD(plans[0].slots[1].start_us),
        WORD(channel_count),
        WORD(channels[0].kind),
        WORD(channels[0].message_size),
        WORD(channels[0].depth),
        WORD(channels[0].writer),
        WORD(channels[0].reader_count),
        WORD(channels[0].readers[0]),
        WORD(shared_count),
        WORD(shared[0].physical),
        WORD(shared[0].size),
        WORD(signal_count),
        WORD(signals[0].from),
        WORD(signals[0].to),
        WORD(signals[0].virq),
        WORD(trace_mask),
        WORD(health_plan),
    };
    uint32_t accepted = 0;

    for (int n = 0; n < 6000; n++) {
        struct whole w = good();

        for (uint32_t changes = 1 + (uint32_t)(host_random() % 3); changes; changes--) {
            uint32_t word = (uint32_t)(host_random() % (sizeof w.system / 4));
            uint32_t *words = (uint32_t *)&w.system;

            if (host_random() % 4) /* where something is */
                word = used[host_random() % (sizeof used / sizeof *used)];
            words[word] =
                host_random() % 2 ? awkward[host_random() % 18] : (uint32_t)host_random_bits();
        }
        w.header.crc = crc_by_bits((void *)&w.system, sizeof w.system);
        if (!check(&w, sizeof w)) {
            accepted++;
            check_accepted(&w.system);
        }
    }
    CHECK(accepted > 100 && accepted < 6000, "%u accepted", accepted);
}

static int check_files(char **names)
{
    for (; *names; names++) {
        static char bytes[1 << 20];
        FILE *file = fopen(*names, "rb");
        uint32_t size = file ? (uint32_t)fread(bytes, 1, sizeof bytes, file) : 0;
        const char *error = check(bytes, size);

        if (file)
            fclose(file);
        fprintf(stdout, "%08x %s\n", size >= 16 ? blob_crc(bytes + 16, size - 16) : 0,
                error ? error : "good");
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return check_files(argv + 1);
    checksums();
    flipped_bits();
    mutants();
    return host_result();
}
