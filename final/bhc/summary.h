/**
 * @file
 * bhc: a system in words.
 */
#ifndef BHC_SUMMARY_H
#define BHC_SUMMARY_H

#include "description.h"

#include <stdio.h>

/** What only the description knows: name and RAM. */
void summary_print_board(FILE *out, const struct description *d);

/** Partitions and plans. */
void summary_print_system(FILE *out, const struct system *system);

/** The names of the images, each once, one a line, in the order of the file. */
void summary_print_images(FILE *out, const struct system *system);

#endif
