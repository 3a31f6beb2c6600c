/* virt: debug registers. While they are loaded the hypervisor runs with them as well: a data
 * breakpoint may then hit in a copy of its own, which core/trap.c takes and forgets. None can hit
 * on its own memory or code. */
#include "virt/vcpu/vdebug.h"

#include "hw/debug.h"
#include "klib/string.h"

void vdebug_reset(struct vcpu *v)
{
    memset(&v->debug, 0, sizeof v->debug);
}

void vdebug_load(struct cpu *cpu, const struct vcpu *v)
{
    if (!v->debug.control && !cpu->debug_loaded)
        return;
    cpu->debug_loaded = v->debug.control != 0;
    debug_set_control(DR7_FIXED); /* no breakpoint while addresses are half written */
    if (!cpu->debug_loaded)
        return;
    debug_set_addresses(v->debug.address);
    debug_set_status(DR6_FIXED);
    debug_set_control(v->debug.control | DR7_FIXED);
}

void vdebug_trapped(struct vcpu *v)
{
    v->debug.status |= debug_status() & DR6_REASONS;
    debug_set_status(DR6_FIXED);
}

static int32_t check_control(uint32_t value)
{
    if (value & DR7_GENERAL)
        return BH_EPERM;
    if (value & DR7_RESERVED)
        return BH_EINVAL;
    for (uint32_t n = 0; n < 4; n++) {
        uint32_t kind = DR7_KIND(n, value), length = DR7_LENGTH(n, value);

        if (kind == DR7_IO)
            return BH_EPERM;
        if (length == DR7_LENGTH_8 || (kind == DR7_EXECUTE && length))
            return BH_EINVAL;
    }
    return BH_OK;
}

/* Only when a breakpoint is enabled are the registers in use. */
static int32_t set_control(struct vcpu *v, uint32_t value)
{
    int32_t error = check_control(value);

    if (error)
        return error;
    v->debug.control = value & DR7_ENABLE ? value : 0;
    cpu_this()->at_switch |= SWITCH_DEBUG; /* from now on, each switch looks */
    return BH_OK;
}

int32_t vdebug_set(struct vcpu *v, uint32_t number, uint32_t value)
{
    int32_t error = BH_OK;

    if (number < ARRAY_SIZE(v->debug.address) && value >= KERNEL_BASE)
        return BH_EPERM;
    if (number < ARRAY_SIZE(v->debug.address))
        v->debug.address[number] = value;
    else if (number == 6)
        v->debug.status = value & DR6_REASONS;
    else if (number == 7)
        error = set_control(v, value);
    else
        error = BH_EINVAL;
    if (!error)
        vdebug_load(cpu_this(), v);
    return error;
}

int32_t vdebug_get(const struct vcpu *v, uint32_t number, uint32_t *value)
{
    if (number < ARRAY_SIZE(v->debug.address))
        *value = v->debug.address[number];
    else if (number == 6)
        *value = v->debug.status | DR6_FIXED;
    else if (number == 7)
        *value = v->debug.control | DR7_FIXED;
    else
        return BH_EINVAL;
    return BH_OK;
}
