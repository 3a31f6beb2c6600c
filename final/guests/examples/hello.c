/* Example 1: a partition prints, reads the time, and ends. Its control page tells it who it is. */
#include "guests/examples/example.h"

int main(uint32_t starts)
{
    char name[BH_NAME_SIZE];
    uint64_t before = bh_clock(), fast = bh_clock_fast(), after = bh_clock();

    for (uint32_t i = 0; i < sizeof name; i++)
        name[i] = bh_control()->name[i];
    printf("Hello. I am %s, partition %u.\n", name, bh_control()->id);
    EXPECT(strcmp(name, "hello") == 0 && starts == 0);
    EXPECT(before <= fast && fast <= after && before < after); /* with and without a hypercall */
    EXPECT(bh_console_write("it takes text\n", 14) == BH_OK);
    EXPECT(bh_console_write((const char *)0xC0100000, 4) == BH_EFAULT); /* and not any address */
    return 0;                                                           /* as bh_halt(0) */
}
