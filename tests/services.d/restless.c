/* Starts itself again and again, and is loaded all the time: its first area is large. */
#include "lib/control.h"
#include "lib/guest.h"

enum { STARTS = 2 };

int main(uint32_t starts)
{
    if (starts < STARTS)
        bh_partition_reset(BH_SELF, BH_RESET_COLD);
    return 0;
}
