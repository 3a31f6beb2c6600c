/* virt/time/plan.c: the arithmetic of plans against the host's 128-bit numbers, and plans that cannot be
 * kept.
 *
 * since: ch06
 * sources: virt/time/plan.c
 */
#include "host.h"

#include "core/clock.h"
#include "virt/time/plan.h"

enum { PARTITIONS = 5 };

static const struct system_partition config_of_all;
static struct partition partitions[PARTITIONS];
static uint64_t hz;

uint64_t clock_tsc_hz(void)
{
    return hz;
}

uint64_t clock_from_ticks(uint64_t ticks)
{
    return (uint64_t)((unsigned __int128)ticks * 1000000000 / hz);
}

void raise_late(struct vcpu *v, uint32_t error) /* host/plan_late.c judges it */
{
    (void)v, (void)error;
}

uint32_t partition_count(void)
{
    return PARTITIONS;
}

struct partition *partition_get(uint32_t i)
{
    return i < PARTITIONS ? &partitions[i] : NULL;
}

void printf(const char *format, ...)
{
    (void)format;
}

static uint64_t exact(uint64_t us)
{
    return (uint64_t)((unsigned __int128)us * hz / 1000000);
}

/* Every moment of the major frame belongs to one slot, each to the partition that was asked for. */
static void check_plan(const struct system_plan *config)
{
    static struct plan plan;
    uint64_t now = 0;
    uint32_t next = 0; /* of config's slots */

    plan_init(&plan, config);
    CHECK(plan.major_frame == exact(config->major_frame_us));
    CHECK(plan.slot_count <= sizeof plan.slots / sizeof *plan.slots);
    for (uint32_t i = 0; i < plan.slot_count; i++) {
        const struct slot *s = &plan.slots[i];

        CHECK(s->start == now && s->end >= s->start, "slot %u starts at %llu, not at %llu", i,
              (unsigned long long)s->start, (unsigned long long)now);
        now = s->end;
        if (!s->vcpu)
            continue;
        CHECK(next < config->slot_count);
        CHECK(s->start == exact(config->slots[next].start_us));
        CHECK(s->end == exact(config->slots[next].start_us + config->slots[next].duration_us));
        CHECK(s->vcpu == &partitions[config->slots[next].partition].vcpu);
        next++;
    }
    CHECK(next == config->slot_count && now == plan.major_frame);
}

static struct system_plan some_plan(void)
{
    struct system_plan config = {.name = "some"};
    uint32_t now = 0, slots = 1 + (uint32_t)(host_random() % SYSTEM_SLOTS_MAX);
    uint32_t scale = host_random() % 2 ? 50 : 100000;

    while (config.slot_count < slots) {
        struct system_slot *s = &config.slots[config.slot_count++];

        s->start_us = now + (uint32_t)(host_random() % 2 * (host_random() % scale));
        s->duration_us = 1 + (uint32_t)(host_random() % scale);
        s->partition = (uint32_t)(host_random() % PARTITIONS);
        now = s->start_us + s->duration_us;
    }
    config.major_frame_us = now + (uint32_t)(host_random() % 2 * (host_random() % scale));
    return config;
}

static void run_plan(const void *config)
{
    check_plan(config);
}

struct bad {
    const char *what;
    struct system_plan plan;
};

#define SLOTS(frame, ...)                                             \
    {                                                                 \
        "bad", frame, sizeof(struct system_slot[]){__VA_ARGS__} / 12, \
        {                                                             \
            __VA_ARGS__                                               \
        }                                                             \
    }

/* clang-format off */
static const struct bad bad[] = {
    {"overlap", SLOTS(1000, {0, 0, 500}, {1, 499, 100})},
    {"out of order", SLOTS(1000, {0, 500, 100}, {1, 0, 100})},
    {"twice", SLOTS(1000, {0, 0, 500}, {0, 0, 500})},
    {"passes the end", SLOTS(1000, {0, 0, 1001})},
    {"passes the end by one", SLOTS(1000, {0, 500, 501})},
    {"starts at the end", SLOTS(1000, {0, 1000, 1})},
    {"starts behind the end", SLOTS(1000, {0, 1001, 1})},
    {"wraps", SLOTS(1000, {0, 500, 0xFFFFFFFF})},
    {"wraps to 0", SLOTS(1000, {0, 500, 0xFFFFFE0C})},
    {"no time", SLOTS(1000, {0, 0, 0})},
    {"unknown partition", SLOTS(1000, {PARTITIONS, 0, 1000})},
    {"unknown partition, far", SLOTS(1000, {0xFFFFFFFF, 0, 1000})},
    {"empty frame", {"bad", 0, 0, {{0}}}},
};
/* clang-format on */

int main(void)
{
    static const uint64_t frequencies[] = {1000000,    50001001,   999999999,  1000000033,
                                           2400000000, 4294967295, 4294967296, 5100000000};

    for (uint32_t i = 0; i < PARTITIONS; i++) {
        partitions[i].config = &config_of_all;
        partitions[i].vcpu.partition = &partitions[i];
    }
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        hz = frequencies[i];
        for (int n = 0; n < 200; n++) {
            struct system_plan config = some_plan();

            check_plan(&config);
        }
    }
    hz = 1000000033;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct host_end end = host_case(run_plan, &bad[i].plan);

        CHECK(end.status == HOST_PANIC && host_strstr(end.text, "plan bad"),
              "%s: ended with %d: %s", bad[i].what, end.status, end.text);
    }
    return host_result();
}
