/**
 * @file
 * bhc: from text to a checked description.
 */
#ifndef BHC_COMPILE_H
#define BHC_COMPILE_H

#include "description.h"
#include "diag.h"

/**
 * From the text of a file to a checked description.
 * @return true if nothing is wrong with it; otherwise diag says what is.
 */
bool description_read(const char *text, size_t size, struct description *d, struct diag *diag);

#endif
