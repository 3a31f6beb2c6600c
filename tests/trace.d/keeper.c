/* A system partition that runs behind the speaker and reads what is recorded of it: each record,
 * with nothing between them and nothing twice. */
#include "check.h"

static struct bh_trace_record records[BH_TRACE_READ_MAX + 1];
static struct bh_trace_status status;
static uint64_t last_ns;
static uint32_t next_number;

/* One record of the speaker's ring. */
static struct bh_trace_record take(void)
{
    CHECK(bh_trace_read(SPEAKER, records, 1) == 1);
    CHECK(records[0].partition == SPEAKER);
    CHECK(records[0].number == next_number);
    CHECK(records[0].ns >= last_ns && records[0].ns <= bh_clock());
    next_number = records[0].number + 1;
    last_ns = records[0].ns;
    return records[0];
}

static bool is(struct bh_trace_record r, uint32_t kind, uint32_t code, uint32_t a, uint32_t b)
{
    return r.kind == kind && r.code == code && r.a == a && r.b == b;
}

static void check_arguments(void)
{
    CHECK(bh_trace_read(2, records, 1) == BH_EINVAL);
    CHECK(bh_trace_status(2, &status) == BH_EINVAL);
    CHECK(bh_trace_mask(2, 0) == BH_EINVAL);
    CHECK(bh_trace_read(SPEAKER, records, 0) == BH_ESIZE);
    CHECK(bh_trace_read(SPEAKER, records, BH_TRACE_READ_MAX + 1) == BH_ESIZE);
    CHECK(bh_trace_read(SPEAKER, (void *)0x1000, 1) == BH_EFAULT);
    CHECK(bh_trace_read(SPEAKER, (void *)0xFFFFFFF0, BH_TRACE_READ_MAX) == BH_EFAULT);
    CHECK(bh_trace_read(KEEPER, records, 1) == BH_EEMPTY);
}

static void first(void)
{
    struct bh_trace_record r;

    for (uint32_t i = 0; i < 3; i++)
        CHECK(is(take(), BH_TRACE_APPLICATION, 0xFFFF - i, i, ~i));
    r = take();
    CHECK(r.kind == BH_TRACE_TRAP && r.code == 6 && r.a >= 0x00400000 && r.a < 0x00410000);
    CHECK(bh_trace_read(SPEAKER, records, 1) == BH_EEMPTY);
}

/* The oldest are lost, and counted; the numbers show where. */
static void second(void)
{
    CHECK(bh_trace_status(SPEAKER, &status) == BH_OK);
    CHECK(status.waiting == RING && status.lost == FLOOD - RING && status.written == 4 + FLOOD);
    next_number += FLOOD - RING;
    for (uint32_t i = FLOOD - RING; i < FLOOD; i++)
        CHECK(is(take(), BH_TRACE_APPLICATION, 7, i, 0));
    CHECK(bh_trace_read(SPEAKER, records, 1) == BH_EEMPTY);
}

static void third(void)
{
    struct bh_trace_record r = take(); /* and not what was masked */

    CHECK(is(r, BH_TRACE_APPLICATION, 9, r.a, 2));
    CHECK((uint32_t)r.ns - r.a < 100000); /* the speaker had just read the clock */
    CHECK(bh_trace_read(SPEAKER, records, BH_TRACE_READ_MAX) == BH_EEMPTY);
    CHECK(bh_trace_mask(SPEAKER, MASK(BH_TRACE_HYPERCALL)) == BH_OK);
    CHECK(bh_trace_mask(SPEAKER, 0) == BH_OK);
}

static void fourth(void)
{
    CHECK(is(take(), BH_TRACE_HYPERCALL, BH_NULL, 0x1234, BH_OK));
    CHECK(is(take(), BH_TRACE_HYPERCALL, BH_HYPERCALLS, 0x4321, (uint32_t)BH_ENOSYS));
    CHECK(take().code == BH_YIELD);
    CHECK(bh_trace_read(SPEAKER, records, 1) == BH_EEMPTY);
}

/* The hypervisor's ring has the slots of both, in their order, and each major frame. */
static void hypervisors(void)
{
    uint32_t frames = 0, slots[2] = {0, 0};
    int32_t n;

    while ((n = bh_trace_read(BH_NOBODY, records, BH_TRACE_READ_MAX)) > 0)
        for (int32_t i = 0; i < n; i++) {
            const struct bh_trace_record *r = &records[i];

            if (r->kind == BH_TRACE_PLAN)
                CHECK(r->partition == 255 && r->code == 0 && r->a == frames++);
            else if (r->kind == BH_TRACE_SLOT && r->code == BH_TRACE_SLOT_BEGINS &&
                     r->partition < 2)
                CHECK(r->a == r->partition && slots[r->partition]++ == frames - 1);
            else
                CHECK(r->kind == BH_TRACE_SLOT);
        }
    CHECK(n == BH_EEMPTY && frames == 4 && slots[SPEAKER] == 4 && slots[KEEPER] == 4);
}

int main(uint32_t starts)
{
    (void)starts;
    check_arguments();
    first();
    bh_yield();
    second();
    bh_yield();
    third();
    bh_yield();
    fourth();
    hypervisors();
    printf("keeper: %d failures\n", failures);
    return failures ? -1 : 0;
}
