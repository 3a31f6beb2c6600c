/* core: this chapter's system: one partition that talks, one that handles its own page faults, one
 * that passes nonsense to every hypercall, and one that does not behave at all. */
#include "core/system.h"

#define IMAGE_BASE 0x00400000
#define RW (AREA_READ | AREA_WRITE)

const struct system system_description = {
    .partition_count = 4,
    .partitions =
        {
            {
                .name = "hello",
                .image = "hello",
                .page_tables = 2,
                .area_count = 1,
                .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, RW}},
            },
            {
                .name = "pager",
                .image = "pager",
                .page_tables = 3,
                .area_count = 2,
                .areas =
                    {
                        {"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, RW},
                        {"heap", AREA_ANYWHERE, AREA_UNMAPPED, 16 * 1024, RW},
                    },
            },
            {
                .name = "prober",
                .image = "prober",
                .page_tables = 3,
                .area_count = 2,
                .areas =
                    {
                        {"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, RW},
                        {"rom", AREA_ANYWHERE, 0x00500000, 8 * 1024, AREA_READ},
                    },
            },
            {
                .name = "hostile",
                .image = "hostile",
                .page_tables = 2,
                .restarts = 5,
                .area_count = 1,
                .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, RW}},
            },
        },
};
