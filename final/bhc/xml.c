/* bhc: XML text to a tree. */
#include "xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

enum { ATTRIBUTES_MAX = 32 };

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_pointer;
#else
typedef xmlErrorPtr error_pointer;
#endif

/* libxml2 ends its messages with a new line. */
static int message_length(const char *message)
{
    return (int)strcspn(message, "\n");
}

static void on_error(void *user, error_pointer error)
{
    xmlParserCtxt *context = user;
    struct diag *diag = context->_private;
    const char *message = error->message ? error->message : "unknown error";

    if (error->level < XML_ERR_ERROR || diag->errors) /* what follows an error follows from it */
        return;
    diag_error(diag, (unsigned)error->line,
               "not well-formed XML: %.*s: correct it here or just above", message_length(message),
               message);
}

/* Called at <!DOCTYPE, before any entity is declared: so no entity can name a file or grow. */
static void on_doctype(void *user, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    xmlParserCtxt *context = user;

    (void)name;
    (void)external;
    (void)system;
    diag_error(context->_private, (unsigned)xmlSAX2GetLineNumber(context),
               "<!DOCTYPE is not accepted: remove it; a description needs no DTD and no entities");
    xmlStopParser(context);
}

/* libxml2's time grows with the square of the number of attributes. */
static void on_start_tag(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                         int namespaces, const xmlChar **namespace_list, int attributes,
                         int defaulted, const xmlChar **attribute_list)
{
    xmlParserCtxt *context = user;

    if (attributes <= ATTRIBUTES_MAX) {
        xmlSAX2StartElementNs(user, name, prefix, uri, namespaces, namespace_list, attributes,
                              defaulted, attribute_list);
        return;
    }
    diag_error(context->_private, (unsigned)xmlSAX2GetLineNumber(context),
               "<%.40s> has more than %d attributes: remove those that mean nothing",
               (const char *)name, ATTRIBUTES_MAX);
    xmlStopParser(context);
}

static bool is_utf8(const xmlDoc *doc)
{
    const char *encoding = (const char *)doc->encoding;

    return !encoding || !xmlStrcasecmp(doc->encoding, BAD_CAST "UTF-8") ||
           !xmlStrcasecmp(doc->encoding, BAD_CAST "US-ASCII") ||
           !xmlStrcasecmp(doc->encoding, BAD_CAST "ASCII");
}

static xmlDoc *parse_with(xmlParserCtxt *context, const char *text, size_t size, struct diag *diag)
{
    unsigned errors = diag->errors;
    xmlDoc *doc;

    context->_private = diag;
    context->sax->serror = on_error;
    context->sax->internalSubset = on_doctype;
    context->sax->startElementNs = on_start_tag;
    doc = xmlCtxtReadMemory(context, text, (int)size, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_BIG_LINES);
    if (doc && !is_utf8(doc))
        diag_error(diag, 1, "encoding \"%s\" is not accepted: save the file as UTF-8",
                   (const char *)doc->encoding);
    if (!doc && diag->errors == errors)
        diag_error(diag, 1, "not an XML file: write <system name=\"...\"> and so on");
    if (diag->errors == errors)
        return doc;
    xmlFreeDoc(doc);
    return NULL;
}

xmlDoc *xml_parse(const char *text, size_t size, struct diag *diag)
{
    xmlParserCtxt *context;
    xmlDoc *doc = NULL;

    if (size == 0) {
        diag_error(diag, 1, "the file is empty: begin with systems/template.xml");
        return NULL;
    }
    if (memchr(text, '\0', size)) {
        diag_error(diag, 1, "holds a zero byte, as UTF-16 text does: save the file as UTF-8");
        return NULL;
    }
    context = xmlNewParserCtxt();
    if (context)
        doc = parse_with(context, text, size, diag);
    else
        diag_error(diag, 1, "out of memory: close other programs and try again");
    xmlFreeParserCtxt(context);
    return doc;
}
