/* bhc: the schema. It lies inside the program, so that there is nothing to install and nothing to
 * find. Its complaints are put into words that say what to change. */
#include "schema_xsd.h"
#include "xml.h"

#include <libxml/xmlschemas.h>
#include <string.h>

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_pointer;
#else
typedef xmlErrorPtr error_pointer;
#endif

struct listener {
    struct diag *diag;
    struct xml_remark *remark;
};

/* A piece of a message. */
struct piece {
    const char *start;
    int length;
};

/* The n-th 'quoted' piece, from 0; empty if there are not so many. */
static struct piece quoted(const char *message, int n)
{
    for (;; n--) {
        const char *start = strchr(message, '\'');
        const char *end = start ? strchr(start + 1, '\'') : NULL;

        if (!end)
            return (struct piece){"", 0};
        if (n == 0)
            return (struct piece){start + 1, (int)(end - start - 1)};
        message = end + 1;
    }
}

/* "Expected is one of ( area, io-ports )." has the names between the parentheses. */
static struct piece expected(const char *message)
{
    const char *start = strstr(message, "( ");
    const char *end = start ? strstr(start, " )") : NULL;

    return end ? (struct piece){start + 2, (int)(end - start - 2)} : (struct piece){"", 0};
}

static void report_content(struct diag *diag, unsigned line, const char *message)
{
    struct piece element = quoted(message, 0), wanted = expected(message);

    if (strstr(message, "Missing child"))
        diag_error(diag, line, "<%.*s> is not complete: add what is missing: %.*s", element.length,
                   element.start, wanted.length, wanted.start);
    else if (wanted.length)
        diag_error(diag, line,
                   "<%.*s> does not belong here: remove or move it; expected here: %.*s",
                   element.length, element.start, wanted.length, wanted.start);
    else
        diag_error(diag, line, "<%.*s> does not belong here: remove it, or move it to its place",
                   element.length, element.start);
}

/* @return false if it is not about the structure */
static bool report_structure(struct diag *diag, unsigned line, int code, const char *message)
{
    struct piece element = quoted(message, 0), attribute = quoted(message, 1);

    switch (code) {
    case XML_SCHEMAV_CVC_ELT_1:
        diag_error(diag, line,
                   "the outermost element is <%.*s>: write <system name=\"...\">, without xmlns=",
                   element.length, element.start);
        return true;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
        diag_error(diag, line, "<%.*s> has no attribute %.*s: add %.*s=\"...\"", element.length,
                   element.start, attribute.length, attribute.start, attribute.length,
                   attribute.start);
        return true;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
        diag_error(diag, line, "<%.*s> knows no attribute %.*s: remove it or correct its spelling",
                   element.length, element.start, attribute.length, attribute.start);
        return true;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
        diag_error(diag, line, "<%.*s> holds text or elements that mean nothing there: remove them",
                   element.length, element.start);
        return true;
    case XML_SCHEMAV_ELEMENT_CONTENT:
        report_content(diag, line, message);
        return true;
    default:
        return false;
    }
}

static void on_error(void *user, error_pointer error)
{
    struct listener *listener = user;
    const char *message = error->message ? error->message : "refused by the schema";
    unsigned line = error->node ? xml_line(error->node) : (unsigned)error->line;
    int length;

    if (report_structure(listener->diag, line, error->code, message) || listener->remark->line)
        return;
    length = (int)strcspn(message, "\n");
    if (length > 0 && message[length - 1] == '.')
        length--;
    listener->remark->line = line ? line : 1;
    snprintf(listener->remark->text, sizeof listener->remark->text, "%.*s", length, message);
}

static bool validate(xmlSchema *schema, xmlDoc *doc, struct listener *listener)
{
    xmlSchemaValidCtxt *context = xmlSchemaNewValidCtxt(schema);
    int result;

    if (!context)
        return false;
    xmlSchemaSetValidStructuredErrors(context, on_error, listener);
    result = xmlSchemaValidateDoc(context, doc);
    xmlSchemaFreeValidCtxt(context);
    return result >= 0;
}

void xml_check_schema(xmlDoc *doc, struct diag *diag, struct xml_remark *remark)
{
    struct listener listener = {diag, remark};
    xmlSchemaParserCtxt *context =
        xmlSchemaNewMemParserCtxt((const char *)schema_xsd, (int)schema_xsd_size);
    xmlSchema *schema = context ? xmlSchemaParse(context) : NULL;

    if (!schema || !validate(schema, doc, &listener))
        diag_error(diag, 1, "the schema cannot be used: build bhc again, with a current libxml2");
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(context);
}
