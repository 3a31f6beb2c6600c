/* Emits: in its first slot a few, in its second more than its ring holds, in its third with
 * application events masked. Around that, whatever is not its to do. */
#include "check.h"

static struct bh_trace_record record;
static struct bh_trace_status status;

static volatile uint32_t invalid;

static void skip(struct bh_trap *trap)
{
    invalid++;
    trap->cause.eip += 2;
}

static void check_rights(void)
{
    CHECK(bh_trace_read(SPEAKER, &record, 1) == BH_EPERM);
    CHECK(bh_trace_read(KEEPER, &record, 1) == BH_EPERM);
    CHECK(bh_trace_read(BH_NOBODY, &record, 1) == BH_EPERM);
    CHECK(bh_trace_status(KEEPER, &status) == BH_EPERM);
    CHECK(bh_trace_status(BH_NOBODY, &status) == BH_EPERM);
    CHECK(bh_trace_status(99, &status) == BH_EPERM); /* not even whether there is such a ring */
    CHECK(bh_trace_mask(KEEPER, 0) == BH_EPERM);
    CHECK(bh_trace_mask(BH_NOBODY, 0) == BH_EPERM);
    CHECK(bh_trace_mask(SPEAKER, MASK(BH_TRACE_KINDS)) == BH_EINVAL);
    CHECK(bh_trace_mask(SPEAKER, MASK(BH_TRACE_HYPERCALL)) == BH_EPERM); /* not described */
    CHECK(bh_trace_emit(0x10000, 0, 0) == BH_EINVAL);
    CHECK(bh_trace_emit(0xFFFFFFFF, 0, 0) == BH_EINVAL);
    CHECK(bh_trace_status(SPEAKER, (void *)0x1000) == BH_EFAULT);
    CHECK(bh_trace_status(SPEAKER, (void *)0xC0100000) == BH_EFAULT);
}

int main(uint32_t starts)
{
    (void)starts;
    bh_trap_handler_set(6, skip);
    check_rights();
    for (uint32_t i = 0; i < 3; i++)
        CHECK(bh_trace_emit(0xFFFF - i, i, ~i) == BH_OK);
    __asm__ volatile("ud2");
    CHECK(invalid == 1);
    CHECK(bh_trace_status(SPEAKER, &status) == BH_OK);
    CHECK(status.waiting == status.written && status.lost == 0);
    CHECK(status.mask == (MASK(BH_TRACE_APPLICATION) | MASK(BH_TRACE_TRAP)));
    bh_yield();

    for (uint32_t i = 0; i < FLOOD; i++)
        CHECK(bh_trace_emit(7, i, 0) == BH_OK);
    bh_yield();

    CHECK(bh_trace_mask(SPEAKER, MASK(BH_TRACE_TRAP)) == BH_OK);
    CHECK(bh_trace_emit(8, 0, 0) == BH_OK); /* masked: as if it were, so that it need not know */
    CHECK(bh_trace_mask(SPEAKER, MASK(BH_TRACE_TRAP) | MASK(BH_TRACE_APPLICATION)) == BH_OK);
    CHECK(bh_trace_emit(9, (uint32_t)bh_clock(), 2) == BH_OK);
    bh_yield();

    /* The keeper has allowed it hypercalls, and turned them off again. */
    CHECK(bh_trace_mask(SPEAKER, MASK(BH_TRACE_HYPERCALL)) == BH_OK);
    CHECK(bh_hypercall(BH_NULL, 0x1234, 0, 0, 0, 0) == BH_OK);
    CHECK(bh_hypercall(BH_HYPERCALLS, 0x4321, 0, 0, 0, 0) == BH_ENOSYS);
    bh_yield();
    printf("speaker: %d failures\n", failures);
    return failures ? -1 : 0;
}
