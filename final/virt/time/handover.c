/* virt: the rare part of a switch. */
#include "virt/time/handover.h"

#include "hw/fpu_leak.h"
#include "virt/vcpu/vdebug.h"

/* Off the hot path: two or three partitions in all the world use debug registers. */
void handover_more(struct cpu *cpu, const struct vcpu *next)
{
    vdebug_load(cpu, next);
    if (cpu->at_switch & SWITCH_FPU)
        fpu_forget();
}
