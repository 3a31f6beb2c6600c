/* lib: from the first instruction to main(), and printf's way out: lines are collected, so that one
 * hypercall prints one line. */
#include "lib/guest.h"

static char line[BH_CONSOLE_MAX];
static uint32_t length;

void guest_flush(void)
{
    bh_console_write(line, length);
    length = 0;
}

static void put(char c)
{
    line[length++] = c;
    if (c == '\n' || length == sizeof line)
        guest_flush();
}

/* Says where `sysenter` comes back to, and uses it from now on. */
static void choose_way(void)
{
    if (!(bh_control()->features & BH_FEATURE_SYSENTER))
        return;
    bh_hypercall(BH_SYSENTER, (uint32_t)bh_way_sysenter_return, 0, 0, 0, 0);
    bh_way = bh_way_sysenter;
}

void guest_start(uint32_t starts)
{
    int result;

    choose_way();
    printf_set_sink(put);
    result = main(starts);
    guest_flush();
    bh_halt(result);
}
