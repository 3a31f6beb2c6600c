/**
 * @file
 * bhc: tree to description. Each value is read and judged by itself here; whether the values fit
 * one another is for check.h.
 */
#ifndef BHC_PARSE_H
#define BHC_PARSE_H

#include "description.h"
#include "diag.h"

#include <libxml/tree.h>

/** Fills d, which is all zero. What is missing has been reported by the schema and is passed over;
 * the element that lacks it is marked as not whole. */
void parse_system(xmlDoc *doc, struct description *d, struct diag *diag);

#endif
