/* Fills its queue in each slot, whoever reads. */
#include "check.h"

static struct item item;
static struct bh_port items;

int main(uint32_t starts)
{
    (void)starts;
    CHECK(bh_port_open("items", &items) == BH_OK);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        while (bh_port_write(&items, &item, ITEM) == BH_OK)
            item.number++;
        bh_yield();
    }
    return failures ? -1 : 0;
}
