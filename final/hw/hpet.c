/* hw: the HPET's counter. It lies in the same 4 MiB as the local APIC, and is seen through the same
 * window. */
#include "hw/hpet.h"

#include "hw/apic.h"

enum {
    CAPABILITIES = 0x000, /* registers, by their offsets (HPET 1.0a, table 2) */
    PERIOD = 0x004,
    CONFIGURATION = 0x010,
    MAIN_COUNTER = 0x0F0,

    REVISION = 0xFF,            /* of the capabilities: 0 is not allowed */
    PERIOD_AT_MOST = 100000000, /* fs: 100 ns (section 2.3.4) */
    ENABLE = 1,                 /* of the configuration: the main counter runs */
};

static volatile uint32_t *hpet_register(uint32_t offset)
{
    return (volatile uint32_t *)(APIC_WINDOW + HPET_PHYSICAL % 0x400000 + offset);
}

uint32_t hpet_start(void)
{
    uint32_t period;

    apic_map_window();
    period = *hpet_register(PERIOD);
    if (!(*hpet_register(CAPABILITIES) & REVISION) || !period || period > PERIOD_AT_MOST)
        return 0;
    *hpet_register(CONFIGURATION) |= ENABLE;
    return period;
}

uint32_t hpet_read(void)
{
    return *hpet_register(MAIN_COUNTER);
}
