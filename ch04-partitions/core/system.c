/* core: this chapter's system. Three partitions whose images are linked at the same address: each
 * has an address space of its own, so they do not meet. */
#include "core/system.h"

#define IMAGE_BASE 0x00400000

const struct system system_description = {
    .partition_count = 3,
    .partitions =
        {
            {
                .name = "hello",
                .image = "hello",
                .page_tables = 1,
                .area_count = 1,
                .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, AREA_READ | AREA_WRITE}},
                .port_range_count = 1,
                .port_ranges = {{0x3F8, 0x3FF}}, /* the serial port, and nothing else */
            },
            {
                .name = "worker",
                .image = "worker",
                .page_tables = 1,
                .area_count = 1,
                .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, AREA_READ | AREA_WRITE}},
            },
            {
                .name = "hostile",
                .image = "hostile",
                .page_tables = 1,
                .restarts = 5,
                .area_count = 1,
                .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, AREA_READ | AREA_WRITE}},
            },
        },
};
