/* Example 13: time that no slot uses. Of each 10 ms this partition has 3 ms by the plan; it gets
 * the rest as well, because nobody else wants it. */
#include "guests/examples/example.h"

int main(uint32_t starts)
{
    uint64_t start, ran;

    (void)starts;
    next_slot();
    next_slot();
    start = bh_clock();
    ran = bh_execution_clock();
    while (bh_clock() - start < 30 * MS)
        ;
    ran = bh_execution_clock() - ran;
    EXPECT(ran > 19 * MS && ran < 23 * MS); /* not what the other one's slots take */
    printf("of 30 ms it had more than 19, and by the plan only 9\n");
    return 0;
}
