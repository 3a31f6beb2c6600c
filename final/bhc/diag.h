/**
 * @file
 * bhc: what is wrong with a file, collected first and printed in the order of its lines.
 */
#ifndef BHC_DIAG_H
#define BHC_DIAG_H

#include <stdbool.h>
#include <stdio.h>

enum { DIAG_TEXT_SIZE = 400, DIAG_KEPT = 200, DIAG_SHOWN = 20 };

struct diag_message {
    unsigned line;
    unsigned order; /**< of arrival: messages of one line keep it */
    bool warning;
    char text[DIAG_TEXT_SIZE];
};

struct diag {
    const char *file; /**< as the user wrote it */
    unsigned errors, warnings;
    unsigned kept;
    struct diag_message messages[DIAG_KEPT];
};

/** Text as "message: what to change", no capital, no full stop. */
void diag_error(struct diag *diag, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** For what is legal but odd, in a description that has no error. */
void diag_warning(struct diag *diag, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Sorts, and prints the first DIAG_SHOWN messages. */
void diag_print(struct diag *diag, FILE *out);

#endif
