/* Example 7: a system partition reads the health monitor's log. */
#include "guests/examples/example.h"

static const uint32_t expected[][2] = {
    {BH_HEALTH_ILLEGAL, BH_ACTION_PROPAGATE},
    {BH_HEALTH_DEADLINE, BH_ACTION_LOG},
    {BH_HEALTH_DIVIDE, BH_ACTION_WARM_RESET},
    {BH_HEALTH_FINISHED, BH_ACTION_LOG},
};

int main(uint32_t starts)
{
    struct bh_health_record record;
    struct bh_health_status status;

    (void)starts;
    next_slot();
    next_slot();
    next_slot();
    for (uint32_t i = 0; i < ARRAY_SIZE(expected); i++) {
        EXPECT(bh_health_read(&record, &status) == BH_OK && record.sequence == i);
        printf("%s: %s, code %d, at 0x%08x\n", bh_event_name(record.event),
               bh_action_name(record.action), record.code, record.eip);
        EXPECT(record.event == expected[i][0] && record.action == expected[i][1]);
        EXPECT(record.partition == 0 && record.code == (i == 1 ? 1500 : 0));
    }
    EXPECT(bh_health_read(&record, &status) == BH_EEMPTY && status.lost == 0);
    return 0;
}
