/* bhc: where elements and attributes stand. libxml2 remembers for an element the line on which its
 * start tag ENDS, and for an attribute none. A tag is often spread over lines, and a message should
 * name the line to change. So we walk over the text once more, beside the tree. The text is known
 * to be well-formed, to have no DTD, and to be written in ASCII or UTF-8; that makes it easy. */
#include "xml.h"

#include <stdint.h>
#include <string.h>

struct scan {
    const char *at, *end;
    unsigned line;
};

static bool at_mark(const struct scan *scan, const char *mark)
{
    size_t length = strlen(mark);

    return (size_t)(scan->end - scan->at) >= length && !memcmp(scan->at, mark, length);
}

static void step(struct scan *scan)
{
    if (scan->at == scan->end)
        return;
    scan->line += *scan->at == '\n';
    scan->at++;
}

/* Goes behind the next place where mark stands. */
static void skip_past(struct scan *scan, const char *mark)
{
    while (scan->at < scan->end && !at_mark(scan, mark))
        step(scan);
    for (size_t i = strlen(mark); i > 0; i--)
        step(scan);
}

/* Goes to the < of the next start tag. */
static bool find_start_tag(struct scan *scan)
{
    static const struct {
        const char *open, *close;
    } others[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"</", ">"}};

    while (scan->at < scan->end) {
        size_t i = 0;

        if (*scan->at != '<') {
            step(scan);
            continue;
        }
        while (i < sizeof others / sizeof *others && !at_mark(scan, others[i].open))
            i++;
        if (i == sizeof others / sizeof *others)
            return true;
        skip_past(scan, others[i].close);
    }
    return false;
}

static void *as_private(unsigned line)
{
    return (void *)(uintptr_t)line;
}

static void mark_attribute(xmlNode *node, const char *name, size_t length, unsigned line)
{
    for (xmlAttr *a = node->properties; a; a = a->next)
        if (strlen((const char *)a->name) == length && !memcmp(a->name, name, length))
            a->_private = as_private(line);
}

static void skip_characters(struct scan *scan, const char *characters)
{
    while (scan->at < scan->end && strchr(characters, *scan->at))
        step(scan);
}

/* From the < of a start tag to behind its last attribute. */
static void mark_tag(struct scan *scan, xmlNode *node)
{
    static const char blanks[] = " \t\r\n";

    node->_private = as_private(scan->line);
    while (scan->at < scan->end && !strchr(" \t\r\n/>", *scan->at))
        step(scan);
    for (skip_characters(scan, blanks); scan->at < scan->end && !strchr("/>", *scan->at);
         skip_characters(scan, blanks)) {
        const char *name = scan->at;
        unsigned line = scan->line;

        while (scan->at < scan->end && !strchr(" \t\r\n=", *scan->at))
            step(scan);
        mark_attribute(node, name, (size_t)(scan->at - name), line);
        while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\'')
            step(scan);
        if (scan->at < scan->end) {
            const char quote[] = {*scan->at, '\0'};

            step(scan);
            skip_past(scan, quote);
        }
    }
}

/* The next element in the order of the text. */
static xmlNode *next_element(xmlNode *node)
{
    xmlNode *next = xmlFirstElementChild(node);

    while (!next && node) {
        next = xmlNextElementSibling(node);
        node = node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
    }
    return next;
}

void xml_mark_lines(xmlDoc *doc, const char *text, size_t size)
{
    struct scan scan = {text, text + size, 1};
    xmlNode *node = xmlDocGetRootElement(doc);

    for (; node && find_start_tag(&scan); node = next_element(node))
        mark_tag(&scan, node);
}

unsigned xml_line(const void *node)
{
    const xmlNode *n = node; /* an xmlAttr begins with the same members */
    long line;

    if (n->_private)
        return (unsigned)(uintptr_t)n->_private;
    line = xmlGetLineNo(n);
    return line > 0 ? (unsigned)line : 1;
}
