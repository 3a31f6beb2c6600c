/**
 * @file
 * bhc: system.xsd as bytes; the Makefile writes schema_xsd.c from it.
 */
#ifndef BHC_SCHEMA_XSD_H
#define BHC_SCHEMA_XSD_H

#include <stddef.h>

extern const unsigned char schema_xsd[];
extern const size_t schema_xsd_size;

#endif
