/* core: this chapter's system: a victim with deadlines, and two neighbours that would ruin any
 * system in which partitions take turns by goodwill. */
#include "core/system.h"

#define IMAGE_BASE 0x00400000
#define RW (AREA_READ | AREA_WRITE)

enum { CONTROL, SPINNER, FLOODER };

const struct system system_description = {
    .partition_count = 3,
    .partitions =
        {
            [CONTROL] =
                {
                    .name = "control",
                    .image = "control",
                    .page_tables = 2,
                    .area_count = 1,
                    .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, RW}},
                },
            [SPINNER] =
                {
                    .name = "spinner",
                    .image = "spinner",
                    .page_tables = 2,
                    .area_count = 1,
                    .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, RW}},
                },
            [FLOODER] =
                {
                    .name = "flooder",
                    .image = "flooder",
                    .page_tables = 3,
                    .restarts = 1,
                    .area_count = 1,
                    .areas = {{"memory", AREA_ANYWHERE, IMAGE_BASE, 64 * 1024, RW}},
                },
        },
    .plan_count = 1,
    .plans =
        {
            {
                .name = "main",
                .major_frame_us = 10000,
                .slot_count = 4,
                .slots =
                    {
                        {CONTROL, 0, 2000},
                        {SPINNER, 2000, 3000},
                        {CONTROL, 5000, 1000},
                        {FLOODER, 6000, 2000},
                    }, /* and nobody from 8 ms to 10 ms */
            },
        },
    .frames = 20,
};
