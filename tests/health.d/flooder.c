/* Raises more events in one slot than the log holds, and has something to say behind them. */
#include "lib/control.h"
#include "lib/guest.h"

enum { EVENTS = 200 };

int main(uint32_t starts)
{
    (void)starts;
    for (int32_t i = 0; i < EVENTS; i++)
        if (bh_health_raise(BH_HEALTH_APPLICATION, i) != BH_OK)
            return -1;
    printf("all raised\n");
    return 0;
}
