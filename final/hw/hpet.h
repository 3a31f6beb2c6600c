/**
 * @file
 * hw: the High Precision Event Timer's counter (IA-PC HPET Specification 1.0a), for machines whose
 * PIT does not count. No timer of it is used.
 *
 * ACPI tells where an HPET is. Chipsets have it at one address, and what lies there says what it
 * is: its register of capabilities holds the counter's period, which has a highest value. Where
 * nothing is, all bits read as one.
 */
#ifndef HW_HPET_H
#define HW_HPET_H

#include "klib/types.h"

#define HPET_PHYSICAL 0xFED00000

/**
 * Maps the HPET and lets its counter run. To be called before address spaces are made.
 * @return the counter's period in femtoseconds (section 2.3.4), or 0 where there is no HPET
 */
uint32_t hpet_start(void);

/** @return the counter's lower 32 bits. */
uint32_t hpet_read(void);

#endif
