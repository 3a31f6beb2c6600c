/* In front of the chapter's own hw/tsc.h, which it includes: time is what a test says it is. */
#ifndef STUB_HW_TSC_H
#define STUB_HW_TSC_H

#define tsc_read tsc_read_of_the_machine
#include_next "hw/tsc.h"
#undef tsc_read

uint64_t tsc_read(void);

#endif
