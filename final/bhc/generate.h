/**
 * @file
 * bhc: slots from demands: what each partition wants in each of its periods, made into a plan.
 */
#ifndef BHC_GENERATE_H
#define BHC_GENERATE_H

#include "description.h"
#include "diag.h"

#include <stdio.h>

/**
 * Fills the slots of each plan that has demands in their place; reports at the demand that cannot
 * be met, and why. The major frame, if none is given, is the shortest that all periods divide.
 */
void generate_plans(struct description *d, struct diag *diag);

/** Prints all plans as they would be written by hand, to be put into a description. */
void generate_print(FILE *out, const struct description *d);

#endif
