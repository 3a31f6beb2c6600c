/* virt/ipc/port.c and virt/ipc/message.h: random writes, reads, resets and wrong calls of several partitions, on random
 * channels, against a model that keeps messages in a plain list. The model follows api/bulkhead.h.
 *
 * since: final
 * sources: virt/ipc/port.c klib/string.c
 */
#include "host.h"

#include "memory.h"
#include "core/clock.h"
#include "core/frame.h"
#include "hw/tsc.h"
#include "virt/ipc/message.h"
#include "virt/ipc/port.h"

enum {
    PARTITIONS = 5,
    ROUNDS = 60, /* systems */
    STEPS = 3000,
    BLOCK = 0x00800000, /* physical: where channels lie */
    BLOCK_BYTES = 8 << 20,
    TICKS_PER_US = 3,
    CANARY = 0xA5,
};

/* The machine's part */

static uint64_t now; /* the TSC */
static uint32_t frames_given;
static struct partition partitions[PARTITIONS];
static uint32_t raised[PARTITIONS];
static struct bh_control_page pages[PARTITIONS];

struct cpu boot_cpu;
static bool may_read, may_write; /* what the guest's memory allows now */

uint64_t tsc_read(void)
{
    return now;
}

uint64_t clock_tsc_hz(void)
{
    return TICKS_PER_US * 1000000;
}

/* As core/clock.c scales: message.h does it itself when a message is young. */
struct clock_scale clock_scale = {
    .factor = 2796202667u, .shift = 9, .short_ticks = UINT32_MAX >> 9};

uint64_t clock_from_ticks(uint64_t ticks)
{
    return (uint64_t)(((unsigned __int128)ticks << clock_scale.shift) * clock_scale.factor >> 32);
}

paddr_t frame_alloc(uint32_t count)
{
    paddr_t given = BLOCK + frames_given * 0x1000;

    frames_given += count;
    if (frames_given > BLOCK_BYTES / 0x1000)
        abort();
    return given;
}

struct partition *partition_get(uint32_t i)
{
    return i < PARTITIONS ? &partitions[i] : NULL;
}

/* Virtual interrupts since the last call. */
static void count_raised(void)
{
    for (uint32_t i = 0; i < PARTITIONS; i++) {
        CHECK(!(pages[i].virq_pending & ~(1u << BH_VIRQ_PORT)), "0x%x", pages[i].virq_pending);
        raised[i] += pages[i].virq_pending != 0;
        pages[i].virq_pending = 0;
    }
}

bool guest_may_read(const struct vcpu *v, const void __guest *address, uint32_t bytes)
{
    (void)v, (void)address, (void)bytes;
    return may_read;
}

bool guest_may_write(const struct vcpu *v, const void __guest *address, uint32_t bytes)
{
    (void)v, (void)address, (void)bytes;
    return may_write;
}

void *guest_checked(const void __guest *address)
{
    return (void *)(uintptr_t)address;
}

void guest_move(void *to, const void *from, uint32_t bytes)
{
    host_memcpy(to, from, bytes);
}

bool guest_copy_out(void __guest *to, const void *from, uint32_t bytes)
{
    if (may_write)
        host_memcpy(to, from, bytes);
    return may_write;
}

/* The model */

struct letter {
    uint64_t written;
    uint32_t bytes;
    uint8_t text[SYSTEM_MESSAGE_MAX];
};

static struct mailbox {
    struct letter letters[SYSTEM_DEPTH_MAX]; /* the oldest first */
    uint32_t count;
    bool used;
    uint64_t last; /* when the writer last wrote */
} boxes[SYSTEM_CHANNELS_MAX];

static struct system system_;

static uint32_t below(uint32_t limit)
{
    return (uint32_t)(host_random() % limit);
}

static bool reads(uint32_t channel, uint32_t partition)
{
    const struct system_channel *c = &system_.channels[channel];

    for (uint32_t i = 0; i < c->reader_count; i++)
        if (c->readers[i] == partition)
            return true;
    return false;
}

static bool is_valid(const struct system_channel *c, uint64_t written)
{
    return !c->valid_us || now - written <= (uint64_t)c->valid_us * TICKS_PER_US;
}

static void make_channel(uint32_t i)
{
    struct system_channel *c = &system_.channels[i];
    bool queuing = below(2);
    uint32_t first = below(PARTITIONS);

    *c = (struct system_channel){
        .kind = queuing ? CHANNEL_QUEUING : CHANNEL_SAMPLING,
        .message_size = below(8) ? 1 + below(100) : 1 + below(SYSTEM_MESSAGE_MAX),
        .depth = queuing ? 1 + below(below(4) ? 4 : SYSTEM_DEPTH_MAX) : 1,
        .valid_us = !queuing && below(2) ? 1 + below(50) : 0,
        .writer = first,
        .reader_count = queuing ? 1 : 1 + below(SYSTEM_READERS_MAX),
    };
    host_snprintf(c->name, sizeof c->name, "channel%u", i);
    if (below(2))
        host_snprintf(c->writer_port, sizeof c->writer_port, "out%u", i);
    for (uint32_t r = 0; r < c->reader_count; r++) {
        c->readers[r] = (first + 1 + r) % PARTITIONS;
        if (below(2))
            host_snprintf(c->reader_ports[r], sizeof c->reader_ports[r], "in%u-%u", i, r);
    }
    boxes[i].count = 0;
    boxes[i].used = false;
}

static void make_system(void)
{
    system_.channel_count = 1 + below(SYSTEM_CHANNELS_MAX);
    for (uint32_t i = 0; i < system_.channel_count; i++)
        make_channel(i);
    frames_given = 0;
    port_init(&system_);
}

/* Every name that there is, asked for by everybody. */
static void check_names(void)
{
    for (uint32_t p = 0; p < PARTITIONS; p++)
        for (uint32_t i = 0; i < system_.channel_count; i++) {
            const struct system_channel *c = &system_.channels[i];
            struct bh_port port;

            for (uint32_t end = 0; end <= c->reader_count; end++) {
                const char *own = end ? c->reader_ports[end - 1] : c->writer_port;
                const char *name = *own ? own : c->name;
                uint32_t owner = end ? c->readers[end - 1] : c->writer;
                int32_t result = port_open(&partitions[p], name, &port);
                bool same = p == owner;

                for (uint32_t r = 0; !same && name == c->name && r <= c->reader_count; r++)
                    same = r ? c->readers[r - 1] == p && !*c->reader_ports[r - 1]
                             : c->writer == p && !*c->writer_port;
                CHECK(result == (same ? BH_OK : BH_ENOENT), "%s for %u: %d", name, p, result);
                if (result)
                    continue;
                CHECK(port.number == i && port.depth == c->depth);
                CHECK(port.kind == (c->kind | (c->writer == p ? (uint32_t)BH_PORT_WRITER : 0)));
                CHECK(port.valid_ns == c->valid_us * 1000ull);
            }
        }
}

static void try_write(uint32_t p, uint32_t n)
{
    static uint8_t text[SYSTEM_MESSAGE_MAX + 8];
    const struct system_channel *c = &system_.channels[n % SYSTEM_CHANNELS_MAX];
    bool mine = n < system_.channel_count && c->writer == p;
    uint32_t size = mine ? c->message_size : 8;
    uint32_t bytes = below(8) ? 1 + below(size) : below(2) ? 0 : size + 1 + below(4);
    struct mailbox *box = &boxes[n % SYSTEM_CHANNELS_MAX];
    uint32_t before[PARTITIONS];
    int32_t wanted = BH_OK, result;

    for (uint32_t i = 0; i < bytes; i++)
        text[i] = (uint8_t)host_random();
    host_memcpy(before, raised, sizeof before);
    may_read = below(16);
    result = message_write(&partitions[p].vcpu, n, text, bytes);
    count_raised();
    if (!mine)
        wanted = BH_EINVAL;
    else if (bytes == 0 || bytes > size)
        wanted = BH_ESIZE;
    else if (c->kind == CHANNEL_QUEUING && box->count == c->depth)
        wanted = BH_EFULL;
    else if (!may_read)
        wanted = BH_EFAULT;
    CHECK(result == wanted, "write: %d, not %d", result, wanted);
    for (uint32_t i = 0; i < PARTITIONS; i++)
        CHECK(raised[i] - before[i] == (wanted == BH_OK && reads(n, i)), "interrupt at %u", i);
    if (wanted != BH_OK)
        return;
    if (c->kind == CHANNEL_SAMPLING)
        box->count = 0;
    box->letters[box->count].written = box->last = now;
    box->letters[box->count].bytes = bytes;
    host_memcpy(box->letters[box->count++].text, text, bytes);
    box->used = true;
}

static void check_message(uint32_t n, const uint8_t *text, const struct bh_port_status *s)
{
    const struct system_channel *c = &system_.channels[n % SYSTEM_CHANNELS_MAX];
    struct mailbox *box = &boxes[n];
    struct letter *letter = &box->letters[0];

    CHECK(host_memcmp(text, letter->text, letter->bytes) == 0, "not the bytes that were written");
    CHECK(text[letter->bytes] == CANARY, "a byte behind the message");
    CHECK(s->age_ns == clock_from_ticks(now - letter->written));
    CHECK(!s->valid == !is_valid(c, letter->written));
    if (c->kind == CHANNEL_QUEUING) {
        box->count--;
        host_memmove(&box->letters[0], &box->letters[1], box->count * sizeof *letter);
    }
    CHECK(s->messages == box->count);
}

static void try_read(uint32_t p, uint32_t n)
{
    static uint8_t text[SYSTEM_MESSAGE_MAX + 8];
    const struct system_channel *c = &system_.channels[n % SYSTEM_CHANNELS_MAX];
    bool mine = n < system_.channel_count && reads(n, p);
    uint32_t size = !mine ? 8 : below(8) ? c->message_size + below(2) : below(c->message_size);
    struct mailbox *box = &boxes[n % SYSTEM_CHANNELS_MAX];
    struct bh_port_status s;
    int32_t wanted, result;

    host_memset(text, CANARY, sizeof text);
    may_write = below(16);
    result = message_read(&partitions[p].vcpu, n, text, size, &s);
    if (!mine)
        wanted = BH_EINVAL;
    else if (size < c->message_size)
        wanted = BH_ESIZE;
    else if (!box->count)
        wanted = BH_EEMPTY;
    else if (!may_write)
        wanted = BH_EFAULT;
    else
        wanted = (int32_t)box->letters[0].bytes;
    CHECK(result == wanted, "read: %d, not %d", result, wanted);
    if (wanted >= 0)
        check_message(n, text, &s);
    else
        CHECK(text[0] == CANARY, "a byte of a read that failed");
}

static void try_status(uint32_t p, uint32_t n)
{
    const struct system_channel *c = &system_.channels[n % SYSTEM_CHANNELS_MAX];
    bool known = n < system_.channel_count, writer = known && c->writer == p;
    struct mailbox *box = &boxes[n % SYSTEM_CHANNELS_MAX];
    struct bh_port_status s;
    uint64_t written;
    int32_t result;

    may_write = true;
    result = port_status(&partitions[p], n, &s);
    CHECK(result == (writer || (known && reads(n, p)) ? BH_OK : BH_EINVAL), "status: %d", result);
    if (result != BH_OK)
        return;
    written = writer ? box->last : box->letters[0].written;
    if (writer ? box->used : box->count > 0) {
        CHECK(s.age_ns == clock_from_ticks(now - written));
        CHECK(!s.valid == !is_valid(c, written));
    } else {
        CHECK(s.age_ns == 0 && !s.valid);
    }
    if (writer && c->kind == CHANNEL_QUEUING)
        CHECK(s.messages == (box->count == c->depth ? c->depth : 0), "a writer sees the reader");
    else
        CHECK(s.messages == box->count);
}

static void reset(uint32_t p)
{
    uint32_t before[PARTITIONS], wanted = 0;

    port_reset(&partitions[p]);
    for (uint32_t n = 0; n < system_.channel_count; n++)
        if (system_.channels[n].kind == CHANNEL_QUEUING && reads(n, p))
            boxes[n].count = 0;
    host_memcpy(before, raised, sizeof before);
    for (uint32_t n = 0; n < system_.channel_count; n++)
        wanted += reads(n, p) && boxes[n].count;
    port_announce(&partitions[p]);
    count_raised();
    for (uint32_t i = 0; i < PARTITIONS; i++)
        CHECK((raised[i] != before[i]) == (i == p && wanted), "announced to %u", i);
}

static void reset_all(void)
{
    port_reset_all();
    for (uint32_t n = 0; n < SYSTEM_CHANNELS_MAX; n++) {
        boxes[n].count = 0;
        boxes[n].used = false;
    }
}

static void step(void)
{
    uint32_t what = below(100), p = below(PARTITIONS);
    uint32_t n = below(64) ? below(system_.channel_count) : (uint32_t)host_random_bits();

    if (n >= system_.channel_count && n < SYSTEM_CHANNELS_MAX)
        n += SYSTEM_CHANNELS_MAX; /* left over from another round */
    now += below(64) ? below(16) : host_random_bits() >> 36;
    if (what < 40)
        try_write(n < system_.channel_count && below(8) ? system_.channels[n].writer : p, n);
    else if (what < 80)
        try_read(n < system_.channel_count && below(8) ? system_.channels[n].readers[0] : p, n);
    else if (what < 97)
        try_status(p, n);
    else if (what < 99)
        reset(p);
    else if (below(16) == 0)
        reset_all();
}

int main(void)
{
    memory_at(BLOCK, BLOCK_BYTES);
    for (uint32_t i = 0; i < PARTITIONS; i++) {
        partitions[i] = (struct partition){
            .id = i,
            .vcpu = {.partition = &partitions[i], .partition_bit = 1u << i, .control = &pages[i]},
        };
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        make_system();
        reset_all();
        check_names();
        for (uint32_t i = 0; i < STEPS; i++)
            step();
    }
    return host_result();
}
