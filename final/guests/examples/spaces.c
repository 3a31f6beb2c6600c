/* Example 11: several address spaces: the same address is another page in each. What is mapped at
 * the start, the image and the stack, has to be mapped in the others as well, to go on there. */
#include "guests/examples/example.h"

enum { MAIN_PAGES = 16, SPACES = 2 };

static volatile uint32_t *const window = (uint32_t *)0x20000000;

int main(uint32_t starts)
{
    struct bh_area spare;

    (void)starts;
    EXPECT(bh_area("spare", &spare) == BH_OK);
    for (uint32_t space = 0; space <= SPACES; space++) {
        uint32_t rights = BH_READ | BH_WRITE | BH_IN_SPACE(space);

        EXPECT(bh_map((void *)window, spare.index, space * 0x1000, 1, rights) == BH_OK);
        if (space)
            EXPECT(bh_map((void *)0x00400000, 0, 0, MAIN_PAGES, rights) == BH_OK);
    }
    for (uint32_t space = 0; space <= SPACES; space++) {
        EXPECT(bh_space_switch(space) == BH_OK);
        *window = 100 + space;
    }
    for (uint32_t space = 0; space <= SPACES; space++) {
        EXPECT(bh_space_switch(space) == BH_OK);
        EXPECT(*window == 100 + space);
    }
    EXPECT(bh_space_switch(SPACES + 1) == BH_EINVAL);
    EXPECT(bh_space_clear(SPACES) == BH_EINVAL); /* we are in it */
    EXPECT(bh_space_switch(0) == BH_OK && bh_space_clear(SPACES) == BH_OK);
    printf("one address, %u pages\n", SPACES + 1);
    return 0;
}
