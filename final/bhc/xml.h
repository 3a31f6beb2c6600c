/**
 * @file
 * bhc: XML text to a tree, with the source line of every element and attribute, checked against the
 * schema. All of libxml2's peculiarities end here.
 */
#ifndef BHC_XML_H
#define BHC_XML_H

#include "diag.h"

#include <libxml/tree.h>
#include <stddef.h>

/**
 * Parses text. Nothing but the text is read: no network, no other file, no entities.
 * @return the tree, to be freed with xmlFreeDoc; NULL after an error was put into diag
 */
xmlDoc *xml_parse(const char *text, size_t size, struct diag *diag);

/** @return the line on which an element begins, or on which an attribute's name stands */
unsigned xml_line(const void *node);

/** Gives each node its line, from the text that the tree was made of. */
void xml_mark_lines(xmlDoc *doc, const char *text, size_t size);

/** What the schema says about a value, for which bhc has a better message. */
struct xml_remark {
    unsigned line; /**< 0: there is none */
    char text[DIAG_TEXT_SIZE];
};

/**
 * Checks the tree against system.xsd. Errors of structure (elements and attributes that are missing
 * or do not belong) go to diag. Of errors in values, the first is left in remark: the caller checks
 * values more strictly than a schema can, and says more about them.
 */
void xml_check_schema(xmlDoc *doc, struct diag *diag, struct xml_remark *remark);

#endif
