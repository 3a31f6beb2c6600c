/* virt/time/plan.h: a slot that begins late is told of when it is later than the limit, and later than
 * ever before: once for each step upwards, so that no slot can fill the log.
 *
 * since: final
 * sources:
 */
#include "host.h"

#include "virt/time/plan.h"

uint32_t plan_late = 1000;

static struct vcpu v;
static uint32_t told, told_of;

void raise_late(struct vcpu *whose, uint32_t error)
{
    CHECK(whose == &v);
    told++;
    told_of = error;
}

int main(void)
{
    static const struct {
        uint32_t error, told;
    } starts[] = {
        {0, 0}, {1000, 0}, {999, 0}, {1001, 1}, {1001, 1}, {500, 1}, {1000, 1}, {1002, 2}, {7, 2},
    };
    struct slot slot = {.vcpu = &v, .error_min = UINT32_MAX};

    for (uint32_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        plan_note_start(&slot, starts[i].error);
        CHECK(told == starts[i].told, "start %u: told %u times", i, told);
        CHECK(slot.runs == i + 1);
    }
    CHECK(told_of == 1002 && slot.error_max == 1002 && slot.error_min == 0);
    return host_result();
}
