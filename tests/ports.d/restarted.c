/* Faults in its first life, with messages waiting: in the next they are gone, and new ones come. */
#include "check.h"

static struct item item;
static struct bh_port items;
static struct bh_port_status status;

int main(uint32_t starts)
{
    CHECK(bh_port_open("items", &items) == BH_OK);
    if (!starts) {
        CHECK(bh_port_status(&items, &status) == BH_OK && status.messages == DEPTH);
        CHECK(bh_port_read(&items, &item, &status) == ITEM && item.number == 0);
        if (!failures)
            __asm__ volatile("ud2");
    }
    CHECK(bh_port_status(&items, &status) == BH_OK && status.messages == 0);
    CHECK(bh_port_read(&items, &item, &status) == BH_EEMPTY);
    bh_yield();
    CHECK(bh_port_read(&items, &item, &status) == ITEM && item.number >= DEPTH);
    printf("started again, %d failures\n", failures);
    return failures ? -1 : 0;
}
