/* virt: unassigned time. */
#include "virt/time/background.h"

#include "hw/tsc.h"
#include "virt/life/start.h"
#include "virt/time/turn.h"
#include "virt/vcpu/vtimer.h"

static struct vcpu *by_priority[SYSTEM_PARTITIONS_MAX];
static uint32_t count;

struct vcpu *background_choose(struct cpu *cpu, uint64_t *until, uint32_t *lines)
{
    *lines = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct vcpu *v = by_priority[i];
        uint64_t now;

        if (v->partition->state == PARTITION_STARTING) {
            turn_stop_clock(cpu);
            partition_continue_start(v->partition, *until); /* those of higher priority go first */
        }
        if (v->partition->state != PARTITION_READY)
            continue;
        now = tsc_read();
        if (now >= v->timer.at)
            vtimer_expire(v, now);
        if (turn_can_begin(cpu, v))
            return v;
        if (v->timer.at < *until)
            *until = v->timer.at;
        *lines |= v->lines_open;
    }
    return NULL;
}

void background_init(const struct system *system)
{
    for (uint32_t i = 0; i < system->partition_count; i++) {
        uint32_t place = count;

        if (!system->partitions[i].background)
            continue;
        for (; place > 0; place--) { /* of equal ones the first described comes first */
            if (by_priority[place - 1]->partition->config->background >=
                system->partitions[i].background)
                break;
            by_priority[place] = by_priority[place - 1];
        }
        by_priority[place] = &partition_get(i)->vcpu;
        count++;
    }
}
