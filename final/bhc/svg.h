/**
 * @file
 * bhc: drawings. Names have been checked, so nothing that goes into a drawing needs escaping.
 */
#ifndef BHC_SVG_H
#define BHC_SVG_H

#include "description.h"

#include <stdio.h>

/** The plans as Gantt charts: a row for each partition, and one for idle time. */
void svg_plan(FILE *out, const struct description *d);

/** Physical memory, and each partition's address space. */
void svg_memory(FILE *out, const struct description *d);

/** What goes from partition to partition: channels, signals, shared blocks. */
void svg_channels(FILE *out, const struct description *d);

/* What all are made of. */

static const int SVG_MARGIN = 24; /**< pixels; no enumeration's: it is added to doubles */

enum {
    SVG_COLOURS = SYSTEM_PARTITIONS_MAX, /**< classes p0 to p15: one for each partition */
};

/** Opens a drawing: size, title and description for who cannot see it, style, background. */
void svg_begin(FILE *out, const char *id, int width, int height, const char *title,
               const char *description);
void svg_end(FILE *out);

/** A line of text; class: CSS classes of svg.c. */
void svg_text(FILE *out, double x, double y, const char *classes, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** @return an upper estimate of a text's width in the body font */
int svg_text_width(const char *text);

#endif
