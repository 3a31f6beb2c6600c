/**
 * @file
 * lib: what a partition's C code starts from.
 */
#ifndef LIB_GUEST_H
#define LIB_GUEST_H

#include "klib/printf.h"
#include "klib/string.h"
#include "klib/types.h"

/**
 * A partition's code.
 * @param starts  how often it was started before
 * @param word    0, but for an experiment
 * @return 0 or more when all is well
 */
int main(uint32_t starts, uint32_t word);

#endif
