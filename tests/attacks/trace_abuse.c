/* Others' rings, the hypervisor's, and rings that do not exist, by each hypercall of the trace, with
 * pointers to everywhere; masks that were not described; a flood of events of its own.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static void check_ring(uint32_t ring, bool own)
{
    static const uint32_t targets[] = {0, NOWHERE, HYPERVISOR, IMAGE, 0xFFFFFFF8, BH_CONTROL_PAGE};

    for (uint32_t i = 0; i < ARRAY_SIZE(targets); i++) {
        for (uint32_t count = 0; count < 3; count++)
            check(bh_hypercall(BH_TRACE_READ, ring, targets[i], count * 0x0AAAAAAB, 0, 0) ==
                      BH_EPERM,
                  "reads a ring", ring);
        if (!own)
            check(bh_hypercall(BH_TRACE_STATUS, ring, targets[i], 0, 0, 0) == BH_EPERM, "a status",
                  ring);
        else if (targets[i] != BH_CONTROL_PAGE)
            check(bh_hypercall(BH_TRACE_STATUS, ring, targets[i], 0, 0, 0) == BH_EFAULT,
                  "a status goes anywhere", targets[i]);
    }
    for (uint32_t bit = 0; bit < 32; bit++)
        check(bh_trace_mask(ring, 1u << bit) ==
                  (own && bit >= BH_TRACE_KINDS ? BH_EINVAL : BH_EPERM),
              "sets a mask", bit);
}

int main(uint32_t starts)
{
    uint32_t self = bh_control()->id;

    (void)starts;
    for (uint32_t ring = 0; ring < 20; ring++)
        check_ring(ring, ring == self);
    for (uint32_t bit = 5; bit < 32; bit++)
        check_ring(1u << bit, false);
    check_ring(BH_NOBODY, false);
    check(bh_trace_mask(self, 0) == BH_OK, "may record nothing", 0);
    for (uint32_t i = 0; i < 20000; i++)
        check(bh_trace_emit(i & 0xFFFF, i, i) == BH_OK, "emits", i);
    for (uint32_t bit = 16; bit < 32; bit++)
        check(bh_trace_emit(1u << bit, 0, 0) == BH_EINVAL, "a large code", bit);
    return 0;
}
