/* virt: the end of a hypervisor, or of a machine, that has failed. */
#include "virt/control/failure.h"

#include "core/clock.h"
#include "hw/machine_check.h"
#include "hw/reset.h"
#include "klib/math64.h"
#include "klib/panic.h"
#include "klib/printf.h"
#include "virt/control/monitor.h"
#include "virt/health/log.h"

/* The report is printed. What the log still holds may tell why. */
static void failed(enum bh_health_event event, const char *what)
{
    bool reset_machine = health_machine_action(event) == HEALTH_RESET_SYSTEM;

    health_drain();
    printf("%s at %llu us", what, div64(clock_now(), NS_PER_US, NULL));
    if (!reset_machine) {
        printf(": that is a reason to halt.\n");
        return;
    }
    printf(", for the %u. time: ", reset_count() + 1);
    if (reset_count() < HEALTH_SYSTEM_RESETS) {
        printf("that is a reason to reset the machine.\n");
        machine_reset();
    }
    printf("that is a reason to halt, after so many resets.\n");
}

static void hypervisor_failed(void)
{
    failed(BH_HEALTH_HYPERVISOR, "The hypervisor has failed");
}

static void machine_failed(void)
{
    failed(BH_HEALTH_MACHINE_CHECK, "The machine has failed");
}

void failure_init(void)
{
    panic_set_end(hypervisor_failed);
    machine_check_init(machine_failed);
}
